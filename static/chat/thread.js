// One conversation beside its channel: opened, drawn anew, closed.
import { Talk, elements, fragment } from "chat/talk";

// Take the panel that stands there, if one does.
export function adopt(page) {
  const panel = page.thread;
  page.answers = panel ? new Talk(panel.querySelector("[data-talk]"), page.me) : null;
  page.answers?.toEnd();
  panel?.querySelector("textarea")?.focus();
  page.waiting.show();
}

export async function open(page, address) {
  const asked = new URL(address, location.href);
  const answer = asked.searchParams.get("thread") ? await fragment(asked) : null;
  if (asked.searchParams.get("thread") && !answer?.ok) return void location.assign(asked);
  history.pushState(null, "", asked);
  show(page, answer ? await answer.text() : "");
}

// Put a thread, as the server draws it, beside the channel; "" for none.
export function show(page, html) {
  const panel = document.getElementById("panel");
  if (html) panel.replaceWith(...elements(html));
  else {
    panel.replaceChildren();
    panel.hidden = true;
    delete panel.dataset.root;
  }
  adopt(page);
}

// Draw it anew, and close it where it has gone; false while the house does not answer.
export async function redraw(page) {
  if (!page.thread) return true;
  const answer = await fragment(location.href);
  if (!answer?.ok && !refused(answer)) return false;
  const typed = page.thread.querySelector("textarea")?.value;
  show(page, answer.ok ? await answer.text() : "");
  const field = page.thread?.querySelector("textarea");
  if (typed && field) field.value = typed;
  return true;
}

// Whether the house said no; without an answer, or while it has no time, it may say yes a moment later.
export function refused(answer) {
  return Boolean(answer) && !answer.ok && answer.status < 500 && answer.status !== 429;
}

// What is older than the channel keeps has gone; a thread of which nothing is left closes.
export function swept(page, until) {
  page.talk.sweep(until);
  page.answers?.sweep(until);
  if (!page.answers || page.answers.messages().length) return;
  history.replaceState(null, "", page.dataset.url);
  show(page, "");
}
