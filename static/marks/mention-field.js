// <mention-field data-src="…"> around a text area: after an “@” it offers who sees the thing; arrows, Enter and Escape.
import { Offered, make } from "shell/offered";

const PAUSE = 150;
const TYPED = /(?:^|[\s(])@("?[^"\n@]{0,40})$/u;

class MentionField extends HTMLElement {
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

  // What stands between the last “@” and the caret, null where no name is being written.
  get wanted() {
    const { value, selectionStart: at } = this.field;
    return TYPED.exec(value.slice(0, at))?.[1] ?? null;
  }

  typed() {
    clearTimeout(this.timer);
    if (this.wanted === null) return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE);
    return undefined;
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const query = new URLSearchParams({ q: (this.wanted ?? "").replace(/^"/, "") });
    try {
      const answer = await fetch(`${this.dataset.src}?${query}`, { headers: { Accept: "application/json" }, signal: this.asked.signal });
      if (!answer.ok || this.wanted === null || document.activeElement !== this.field) return;
      const { found, note } = await answer.json();
      this.list.fill(found);
      this.said.textContent = note;
    } catch {
      this.close(); // the name can be written whole; the answer says what is wrong with it
    }
  }

  close() {
    clearTimeout(this.timer);
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
    else if (event.key === "Enter" || event.key === "Tab") this.choose(meant);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

customElements.define("mention-field", MentionField);
