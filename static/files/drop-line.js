// One file of a drop box: waiting, on its way, received, refused; and the buttons that fit its state.
import { fill, measure } from "files/measure";

export class DropLine {
  // `words`: the sentences of the form; `template`: a line's markup.
  constructor(file, template, words) {
    this.file = file;
    this.words = words;
    this.root = template.content.firstElementChild.cloneNode(true);
    this.root.querySelector(".item__title").textContent = file.name;
    this.bar.ariaLabel = file.name;
    for (const button of this.root.querySelectorAll("button")) button.ariaLabel = `${button.dataset.says} ${file.name}`;
    this.size = measure(file.size, words.units);
    this.set("waiting", this.size);
  }

  get bar() {
    return this.root.querySelector("progress");
  }

  // `lost` may be sent again, `refused` may not.
  set(state, text) {
    this.state = state;
    const said = this.root.querySelector("[data-state]");
    said.textContent = text;
    said.className = ["refused", "lost"].includes(state) ? "field__error" : "note number";
    this.root.querySelector("[data-received]").hidden = state !== "received";
    this.root.querySelector("[data-retry]").hidden = state !== "lost";
    this.root.querySelector("[data-remove]").hidden = state === "received";
    this.bar.hidden = state !== "sending";
  }

  sending(share) {
    const percent = Math.floor(100 * share);
    this.bar.value = percent;
    this.set("sending", percent < 100 ? `${percent}\u00a0%` : this.words.storing);
  }

  // Resolves when it is over, to what is wrong with the form itself ("" if nothing is). A broken connection: `lost`.
  send(address, fields) {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append("files", this.file);
    this.sending(0);
    return new Promise((resolve) => {
      const request = (this.request = new XMLHttpRequest());
      request.open("POST", address);
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", ({ loaded, total }) => this.sending(total ? loaded / total : 0));
      request.addEventListener("load", () => resolve(this.answered(request)));
      request.addEventListener("error", () => resolve(this.lost(this.words.lost)));
      request.addEventListener("abort", () => resolve(""));
      request.send(data);
    });
  }

  answered(request) {
    const answer = parsed(request.responseText);
    const [why] = answer.refused ?? [];
    if (why) this.set("refused", why[1]);
    else if (request.status === 200) this.set("received", this.size);
    else if (request.status >= 500 || request.status === 429) this.lost(answer.detail ?? this.words.lost);
    else {
      this.set("waiting", this.size);
      return answer.detail ?? this.words.lost;
    }
    return "";
  }

  lost(why) {
    this.set("lost", why);
    return "";
  }

  remove() {
    this.state = "removed";
    this.request?.abort();
    this.root.remove();
  }
}

// Why this file would be refused by the rules of the link, "" for none; `others`: those that count beside it.
export function refusal(file, others, rules, words) {
  const size = (count) => measure(count, words.units);
  if (file.size > rules.largest) return fill(words.large, { size: size(rules.largest) });
  const ending = file.name.toLowerCase().split(".").at(-1);
  if (rules.kinds.length && !rules.kinds.includes(`.${ending}`)) return fill(words.kind, { kinds: words.kinds });
  if (others.length >= rules.files) return fill(words.many, { count: rules.most });
  const weight = others.reduce((sum, one) => sum + one.file.size, file.size);
  return weight > rules.together ? fill(words.heavy, { size: size(rules.together) }) : "";
}

export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
