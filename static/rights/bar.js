// The bar below a board or list: how many changes, who gains, who loses, and the buttons. It asks before anything is saved.
import { open } from "shell/dialogs";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

const PAUSE = 200;

export class Bar {
  constructor(host, { cells, discard, saved, refused, going }) {
    this.host = host;
    Object.assign(this, { cells, discard, saved, refused, going });
    this.element = host.querySelector("[data-bar]");
    this.told = this.element.querySelector("[data-told]");
    this.save = this.element.querySelector("[data-save]");
    this.save.addEventListener("click", () => this.send());
    this.element.querySelector("[data-discard]").addEventListener("click", () => this.discard());
    this.element.querySelector("[data-see]").addEventListener("click", () => this.see());
  }

  get body() {
    const body = new FormData();
    for (const cell of this.cells()) body.append("cell", cell);
    return body;
  }

  changed() {
    const count = this.cells().length;
    this.element.hidden = count === 0;
    this.clear();
    const words = this.host.getAttribute(count === 1 ? "single" : "many");
    this.element.querySelector("[data-count]").textContent = words.replace("#", count);
    clearTimeout(this.timer);
    if (count) this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  say(text) {
    this.told.replaceChildren(Object.assign(document.createElement("p"), { className: "pending__told", textContent: text }));
    if (this.element.hidden) toast({ text });
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await send(this.host.getAttribute("preview"), this.body, { signal: this.asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.told.replaceChildren(...page.body.childNodes);
    } catch (problem) {
      if (problem.name !== "AbortError") this.say(problem.message);
    }
  }

  see() {
    const dialog = document.getElementById("rights-who");
    const people = this.told.querySelector("[data-people]");
    if (!people) return;
    dialog.querySelector("[data-who]").replaceChildren(people.cloneNode(true));
    open(dialog);
  }

  async send() {
    if (this.save.getAttribute("aria-busy") === "true") return;
    this.save.setAttribute("aria-busy", "true");
    try {
      const answer = await send(this.host.getAttribute("save"), this.body);
      const { toast: said, url } = await answer.json();
      if (url) return this.go(url);
      await this.saved();
      toast(said);
    } catch (problem) {
      await this.refused?.(problem.fields ?? {});
      this.complain(problem);
    }
    this.save.removeAttribute("aria-busy");
    return undefined;
  }

  // Much lies inside, so this takes a moment: its page shows how far it is, and nothing here is unsaved any more.
  go(url) {
    this.going();
    location.assign(url);
  }

  // What stood in the way, cell by cell; it stays until something is changed or saved.
  complain({ message, fields }) {
    const banner = this.host.querySelector("template[data-banner]").content.firstElementChild.cloneNode(true);
    banner.querySelector("[data-detail]").textContent = message;
    const lines = Object.values(fields ?? {}).map((text) => Object.assign(document.createElement("li"), { textContent: text }));
    banner.querySelector("[data-problems]").replaceChildren(...lines);
    this.clear();
    this.host.prepend(banner);
    banner.focus();
  }

  clear() {
    this.host.querySelector(":scope > .rights__problems")?.remove();
  }
}
