// <people-picker src="…"> around a text field: names become chips, and those that match are offered while one types.
// Without script the field takes names between commas. Words come from attributes; “#” stands for a name or number.

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
    this.list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")), { signal });
  }

  disconnectedCallback() {
    this.listeners?.abort();
    clearTimeout(this.timer);
  }

  build() {
    const { field } = this;
    this.box = make("div", { className: `input picker${field.getAttribute("aria-invalid") ? " is-wrong" : ""}` });
    this.list = make("ul", { className: "picker__list", id: `${field.id}-list`, role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", this.getAttribute("label"));
    this.said = make("span", { className: "unseen", role: "status" });
    field.before(this.box);
    this.box.append(field);
    this.append(this.list, this.said);
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-autocomplete", "list"], ["aria-controls", this.list.id]]) {
      field.setAttribute(name, value);
    }
  }

  get chips() {
    return [...this.box.querySelectorAll(".chip")];
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  add(value, { name = value, hue = "", quietly = false } = {}) {
    if (this.chips.some((chip) => chip.dataset.value === value)) return this.clear();
    const chip = make("span", { className: "chip" });
    chip.dataset.value = value;
    if (hue) chip.dataset.hue = hue;
    const remove = make("button", { type: "button" });
    remove.append(this.querySelector("template[data-cross]").content.cloneNode(true));
    remove.setAttribute("aria-label", this.getAttribute("remove").replace("#", name));
    chip.append(make("span", { textContent: name }), make("input", { type: "hidden", name: "whom", value }), remove);
    this.field.before(chip);
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

  take(chip) {
    chip.remove();
    this.field.focus();
    this.changed();
  }

  typed() {
    clearTimeout(this.timer);
    const { value } = this.field;
    if (value.includes(",")) {
      const parts = value.split(",").map((part) => part.trim());
      const rest = parts.pop();
      for (const part of parts.filter(Boolean)) this.add(part);
      this.field.value = rest;
    }
    if (!this.field.value.trim()) return this.close();
    this.timer = setTimeout(() => this.ask(), PAUSE);
    return undefined;
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = `${this.getAttribute("src")}?${new URLSearchParams({ q: this.field.value })}`;
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.asked.signal });
      if (answer.ok) this.offer((await answer.json()).found);
    } catch {
      this.close(); // the name can still be typed whole; the form says what is wrong with it
    }
  }

  offer(found) {
    if (document.activeElement !== this.field) return;
    const taken = this.chips.map((chip) => chip.dataset.value);
    const offers = found.filter((one) => !taken.includes(one.value));
    this.list.replaceChildren(...offers.map((one, place) => this.option(one, place)));
    this.show(offers.length > 0);
    const words = offers.length === 0 ? "none" : offers.length === 1 ? "one" : "many";
    this.said.textContent = this.getAttribute(words).replace("#", offers.length);
  }

  option({ value, name, note, hue, initials, group }, place) {
    const row = make("li", { role: "option", id: `${this.list.id}-${place}` });
    row.setAttribute("aria-selected", "false");
    Object.assign(row.dataset, { value, name, hue });
    const sign = make("span", { className: `avatar${group ? " avatar--group" : ""}`, textContent: initials });
    sign.dataset.hue = hue;
    sign.setAttribute("aria-hidden", "true");
    const text = make("span", { className: "item__text" });
    text.append(make("span", { className: "item__title", textContent: name }), make("span", { className: "note", textContent: note }));
    row.append(sign, text);
    return row;
  }

  show(open) {
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
    this.mark(null);
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.show(false);
  }

  mark(option) {
    this.active?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  choose(option) {
    if (option) this.add(option.dataset.value, { name: option.dataset.name, hue: option.dataset.hue });
  }

  pressed(event) {
    const open = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && open) {
      const { options } = this;
      const at = options.indexOf(this.active);
      this.mark(options[at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && this.field.value.trim()) {
      // the first name offered is what is meant; none is offered: the form says what is wrong with what was typed
      const meant = this.active ?? (open ? this.options[0] : null);
      if (meant) this.choose(meant);
      else this.add(this.field.value.trim());
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

function make(tag, { role, ...properties }) {
  const element = Object.assign(document.createElement(tag), properties);
  if (role) element.setAttribute("role", role);
  return element;
}

customElements.define("people-picker", PeoplePicker);
