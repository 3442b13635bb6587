// <mention-field data-src="…"> around a text area: after an “@” it offers who sees the thing; arrows, Enter and Escape.
// Who draws the page may add `sources` of its own: what is being typed (its first group), and who answers what it means.
import { Offered, look, make } from "shell/offered";

const PAUSE = 150;
const TYPED = /(?:^|[\s(])@("?[^"\n@]{0,40})$/u;

class MentionField extends HTMLElement {
  sources = [{ typed: TYPED, ask: (typed, signal) => this.people(typed, signal) }];

  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.querySelector("ul")?.remove();
    this.querySelector(".say__said")?.remove();
    this.list = new Offered(this.field, this.dataset.label);
    this.said = make("p", { className: "note say__said", role: "status" });
    this.append(this.list.element, this.said);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.field.addEventListener("input", () => this.typed(), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.field.addEventListener("blur", () => this.close(), { signal });
    this.list.element.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.element.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.close();
  }

  // What stands between the last “@” and the caret, null where no name is being written; and whose it is to answer.
  get wanted() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    for (const source of this.sources) {
      const found = source.typed.exec(before)?.[1] ?? null;
      if (found !== null) {
        this.source = source;
        return found;
      }
    }
    return null;
  }

  typed() {
    clearTimeout(this.timer);
    if (this.wanted === null) return this.close();
    this.list.wait();
    this.timer = setTimeout(() => this.ask(), PAUSE);
    return undefined;
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const typed = this.wanted ?? "";
    try {
      const { found, note = "" } = await this.source.ask(typed, signal);
      if (signal.aborted || this.wanted === null || document.activeElement !== this.field) return;
      this.list.fill(found);
      this.said.textContent = note;
      if (typed === this.wanted && this.list.settle()) this.choose(this.list.meant);
    } catch {
      // a later question goes on; else the name can be written whole, and the answer says what is wrong with it
      if (!signal.aborted) this.close();
    }
  }

  people(typed, signal) {
    return look(this.dataset.src, typed.replace(/^"/, ""), signal);
  }

  close() {
    clearTimeout(this.timer);
    this.list.settle();
    this.asked?.abort();
    this.list.show(false);
    if (this.wanted === null) this.said.textContent = "";
  }

  choose(option) {
    if (!option) return;
    const { value, selectionStart: at } = this.field;
    const from = at - this.wanted.length;
    this.field.setRangeText(`${option.dataset.value} `, from, at, "end");
    if (value[at] === " ") this.field.setRangeText("", this.field.selectionStart, this.field.selectionStart + 1, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  pressed(event) {
    const { open, meant } = this.list;
    if (!open || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.list.step(step);
    else if (event.key === "Enter" || event.key === "Tab") this.list.hurry() || this.choose(meant);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("mention-field", MentionField);
