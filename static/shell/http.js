// Requests to our own server: the CSRF token goes along, a refusal comes back as a sentence.

export class Problem extends Error {
  constructor(status, detail, fields = {}) {
    super(detail);
    this.status = status;
    this.fields = fields;
  }
}

export function token() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

// Resolves with the answer, or rejects with a Problem whose message can be shown as it is.
export async function send(address, body, { method = "POST", headers = {}, signal } = {}) {
  const answer = await fetch(address, {
    method,
    body,
    signal,
    headers: { Accept: "application/json", "X-CSRFToken": token(), ...headers },
    credentials: "same-origin",
  }).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, document.documentElement.dataset.offline ?? "");
  });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Problem(answer.status, problem.detail ?? "", problem.fields ?? {});
}
