// The list of what matches while one types in a combobox (ARIA 1.2), and the chips that it turns into.

export function make(tag, { role, ...properties }) {
  const element = Object.assign(document.createElement(tag), properties);
  if (role) element.setAttribute("role", role);
  return element;
}

export function chip(value, { name, hue, cross, remove, field = "whom" }) {
  const found = make("span", { className: "chip" });
  found.dataset.value = value;
  if (hue) found.dataset.hue = hue;
  const button = make("button", { type: "button" });
  button.append(cross.content.cloneNode(true));
  button.setAttribute("aria-label", remove.replace("#", name));
  found.append(make("span", { textContent: name }), make("input", { type: "hidden", name: field, value }), button);
  return found;
}

function option({ value, name, note, hue, initials, picture, group }, id) {
  const row = make("li", { role: "option", id });
  row.setAttribute("aria-selected", "false");
  Object.assign(row.dataset, { value, name, hue });
  const sign = make("span", { className: `avatar${group ? " avatar--group" : ""}`, textContent: initials });
  sign.dataset.hue = hue;
  sign.setAttribute("aria-hidden", "true");
  if (picture) sign.append(make("img", { src: picture, alt: "", loading: "lazy" }));
  const text = make("span", { className: "item__text" });
  text.append(make("span", { className: "item__title", textContent: name }), make("span", { className: "note", textContent: note }));
  row.append(sign, text);
  return row;
}

// What the server offers for these letters; it throws for an answer that offers nothing.
export async function look(address, letters, signal) {
  const answer = await fetch(`${address}?${new URLSearchParams({ q: letters })}`, { headers: { Accept: "application/json" }, signal });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

export class Offered {
  waits = false; // more was typed than what is offered is of
  hurried = false; // and Enter came meanwhile

  constructor(field, label) {
    this.field = field;
    this.element = make("ul", { className: "picker__list", id: `${field.id}-list`, role: "listbox", hidden: true });
    this.element.setAttribute("aria-label", label);
    const roles = { "aria-autocomplete": "list", "aria-controls": this.element.id };
    // a text of several lines stays a text box, which may offer a list but does not expand
    if (field.matches("input")) Object.assign(roles, { role: "combobox", "aria-expanded": "false" });
    for (const [name, value] of Object.entries(roles)) field.setAttribute(name, value);
  }

  get open() {
    return !this.element.hidden;
  }

  get options() {
    return [...this.element.querySelectorAll("[role=option]")];
  }

  get active() {
    return this.element.querySelector("[aria-selected=true]");
  }

  // What Enter means: what the arrows chose, else the first one offered; null while nothing is.
  get meant() {
    return this.active ?? (this.open ? (this.options[0] ?? null) : null);
  }

  // More was typed: nothing that is offered so far is chosen any more.
  wait() {
    this.mark(null);
    [this.waits, this.hurried] = [true, false];
  }

  // Whether Enter has to wait: of offers that are of less than was typed none is meant, those of all of it come soon.
  hurry() {
    this.hurried = this.open && this.waits && !this.active;
    return this.hurried;
  }

  // What is offered is of all that was typed, or nothing is; whether Enter came meanwhile.
  settle() {
    const { hurried } = this;
    [this.waits, this.hurried] = [false, false];
    return hurried;
  }

  // What the arrows chose stays chosen, where it is offered again.
  fill(offers) {
    const chosen = this.active?.dataset.value;
    this.element.replaceChildren(...offers.map((one, place) => option(one, `${this.element.id}-${place}`)));
    this.show(offers.length > 0);
    this.mark(this.options.find(({ dataset }) => dataset.value === chosen) ?? null);
  }

  show(open) {
    this.element.hidden = !open;
    if (this.field.matches("input")) this.field.setAttribute("aria-expanded", String(open));
    this.mark(null);
  }

  step(by) {
    const { options } = this;
    const at = options.indexOf(this.active);
    this.mark(options[at < 0 && by < 0 ? options.length - 1 : (at + by + options.length) % options.length]);
  }

  mark(row) {
    this.active?.setAttribute("aria-selected", "false");
    row?.setAttribute("aria-selected", "true");
    if (row) this.field.setAttribute("aria-activedescendant", row.id);
    else this.field.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }
}
