// <people-picker src="…"> around a text field: names become chips, and those that match are offered while one types.
// Without script the field takes names between commas. Words come from attributes; “#” stands for a name or number.
// `field`: the name under which the form sends what was chosen.

import { Offered, chip, look, make } from "shell/offered";

const PAUSE = 180;

class PeoplePicker extends HTMLElement {
  connectedCallback() {
    if (this.box) return;
    this.field = this.querySelector("input");
    this.build();
    const names = [...this.querySelectorAll("template[data-name]")].map((one) => one.dataset.name);
    if (names.length) this.field.value = "";
    for (const name of names) this.add(name, { quietly: true });
    for (const button of this.closest("form").querySelectorAll("[data-fallback]")) button.hidden = true;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.field.addEventListener("input", () => this.typed(), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.field.addEventListener("blur", () => this.close(), { signal });
    this.box.addEventListener("click", (event) => this.clicked(event), { signal });
    // The field keeps the focus while an option is pressed, so that the list does not close first.
    this.list.element.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.element.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")), { signal });
  }

  disconnectedCallback() {
    this.listeners?.abort();
    clearTimeout(this.timer);
  }

  build() {
    const { field } = this;
    this.box = make("div", { className: `input picker${field.getAttribute("aria-invalid") ? " is-wrong" : ""}` });
    this.list = new Offered(field, this.getAttribute("label"));
    this.said = make("span", { className: "unseen", role: "status" });
    field.before(this.box);
    this.box.append(field);
    this.append(this.list.element, this.said);
  }

  get chips() {
    return [...this.box.querySelectorAll(".chip")];
  }

  add(value, { name = value, hue = "", quietly = false } = {}) {
    if (this.chips.some((one) => one.dataset.value === value)) return this.clear();
    const cross = this.querySelector("template[data-cross]");
    this.field.before(chip(value, { name, hue, cross, remove: this.getAttribute("remove"), field: this.getAttribute("field") ?? undefined }));
    if (quietly) return undefined;
    this.clear();
    return this.changed();
  }

  clear() {
    this.field.value = "";
    this.close();
  }

  changed() {
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  clicked(event) {
    const button = event.target.closest(".chip > button");
    if (button) this.take(button.parentElement);
    else if (event.target === this.box) this.field.focus();
  }

  take(one) {
    one.remove();
    this.field.focus();
    this.changed();
  }

  typed() {
    clearTimeout(this.timer);
    const { value } = this.field;
    if (value.includes(",")) {
      const parts = value.split(",").map((part) => part.trim());
      for (const part of parts.slice(0, -1).filter(Boolean)) this.add(part);
      this.field.value = parts.at(-1);
    }
    if (!this.field.value.trim()) return this.close();
    this.list.wait();
    this.timer = setTimeout(() => this.ask(), PAUSE);
    return undefined;
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const [{ signal }, { value }] = [this.asked, this.field];
    try {
      this.offer((await look(this.getAttribute("src"), value, signal)).found);
    } catch {
      if (signal.aborted) return; // a later question goes on
      this.list.show(false); // the name can still be typed whole; the form says what is wrong with it
    }
    if (value === this.field.value && this.list.settle()) this.entered();
  }

  offer(found) {
    if (document.activeElement !== this.field) return;
    const taken = this.chips.map((one) => one.dataset.value);
    const offers = found.filter((one) => !taken.includes(one.value));
    this.list.fill(offers);
    const words = offers.length === 0 ? "found-none" : offers.length === 1 ? "found-one" : "found-many";
    this.said.textContent = this.getAttribute(words).replace("#", offers.length);
  }

  close() {
    clearTimeout(this.timer);
    this.list.settle();
    this.asked?.abort();
    this.list.show(false);
  }

  choose(option) {
    if (option) this.add(option.dataset.value, { name: option.dataset.name, hue: option.dataset.hue });
  }

  entered() {
    if (this.list.hurry()) return;
    if (this.list.meant) this.choose(this.list.meant);
    else this.add(this.field.value.trim()); // where none is offered, the form says what is wrong with what was typed
  }

  pressed(event) {
    const { open } = this.list;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && open) {
      this.list.step(step);
    } else if (event.key === "Enter" && this.field.value.trim()) {
      this.entered();
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.field.value && this.chips.length) {
      this.take(this.chips.at(-1));
    } else {
      return;
    }
    event.preventDefault();
  }
}

customElements.define("people-picker", PeoplePicker);
