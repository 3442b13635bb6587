// Choosing a sign: a field to search in, a list that the arrows walk through, those used lately first.
import { find, inTone, load, recent, redraw, used } from "chat/emoji";
import { send } from "shell/http";

const MOST_FOUND = 120;

// Opens beside `opener`; `chosen(sign)` is called once, and the focus goes back to where it was.
export function pick(opener, chosen) {
  new Picker(opener, chosen);
}

class Picker {
  constructor(opener, chosen) {
    document.querySelector(".emoji-picker")?.remove();
    Object.assign(this, { opener, chosen, listeners: new AbortController() });
    const { signal } = this.listeners;
    this.element = document.querySelector("template[data-emoji]").content.firstElementChild.cloneNode(true);
    this.field = this.element.querySelector("input");
    this.list = this.element.querySelector("[role=listbox]");
    document.body.append(this.element);
    this.place();
    this.field.focus();
    this.field.addEventListener("input", () => this.draw(), { signal });
    this.element.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")), { signal });
    this.element.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !this.element.contains(relatedTarget) && this.close(), { signal });
    document.addEventListener("pointerdown", ({ target }) => this.element.contains(target) || this.close(), { signal });
    load().then((known) => {
      this.known = known;
      this.offerTones();
      this.draw();
    }, () => { this.say(this.element.dataset.failed); });
  }

  offerTones() {
    const choice = Object.assign(document.createElement("select"), { className: "emoji-picker__tone" });
    choice.setAttribute("aria-label", this.known.toneLabel);
    choice.append(...this.known.tones.map(([tone, label]) => {
      const one = new Option(inTone({ sign: "✋", toned: "✋*" }, tone), tone, false, tone === this.known.tone);
      one.setAttribute("aria-label", label);
      return Object.assign(one, { title: label });
    }));
    choice.addEventListener("change", () => {
      this.known.tone = choice.value;
      this.draw();
      redraw(this.known);
      send(`${document.querySelector("template[data-emoji]").dataset.own}tone/`, new URLSearchParams({ tone: choice.value })).catch((problem) => this.say(problem.message));
    });
    this.element.querySelector(".emoji-picker__foot a").before(choice);
  }

  place() {
    const at = this.opener.getBoundingClientRect();
    const { width, height } = this.element.getBoundingClientRect();
    const above = at.top - height - 8;
    this.element.style.insetInlineStart = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    this.element.style.insetBlockStart = `${above > 8 ? above : Math.max(8, Math.min(at.bottom + 8, innerHeight - height - 8))}px`;
  }

  draw() {
    if (!this.known) return;
    const typed = this.field.value.trim();
    const groups = typed
      ? [{ name: "", signs: find(this.known, typed, MOST_FOUND) }]
      : [{ name: this.element.dataset.recent, signs: recent(this.known) }, ...this.known.groups];
    let number = 0;
    this.list.replaceChildren(...groups.filter(({ signs }) => signs.length).map(({ name, signs }) => {
      const part = Object.assign(document.createElement("div"), { className: "emoji-picker__group" });
      part.setAttribute("role", "group");
      if (name) {
        part.setAttribute("aria-label", name);
        part.append(Object.assign(document.createElement("p"), { className: "caption", textContent: name, ariaHidden: "true" }));
      }
      part.append(...signs.map((one) => option(one, `emoji-${number++}`, this.known.tone)));
      return part;
    }));
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.list.scrollTop = 0;
    this.mark(typed ? this.options[0] : null);
    this.say(this.options.length ? "" : this.element.dataset.nothing);
  }

  say(text) {
    this.element.querySelector("[role=status]").textContent = text;
  }

  mark(one) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = one ?? null;
    if (!one) return this.field.removeAttribute("aria-activedescendant");
    one.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", one.id);
    this.element.querySelector("[data-name]").textContent = one.getAttribute("aria-label");
    return one.scrollIntoView({ block: "nearest" });
  }

  // The option a row above or below: of the nearest row, the one that stands nearest.
  beside(down) {
    const { offsetTop: top, offsetLeft: left } = this.active;
    const rest = this.options.filter((one) => (down ? one.offsetTop > top : one.offsetTop < top));
    const row = (down ? rest[0] : rest.at(-1))?.offsetTop;
    const those = rest.filter((one) => one.offsetTop === row);
    return those.sort((a, b) => Math.abs(a.offsetLeft - left) - Math.abs(b.offsetLeft - left))[0];
  }

  pressed(event) {
    if (event.target.matches("select") && event.key !== "Escape") return;
    const at = this.options?.indexOf(this.active) ?? -1;
    const next = {
      ArrowRight: () => this.options[at + 1], ArrowLeft: () => this.options[at - 1],
      ArrowDown: () => (this.active ? this.beside(true) : this.options[0]), ArrowUp: () => this.active && this.beside(false),
    }[event.key];
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter") this.choose(this.active);
    else if (next && this.options && (this.active || event.key === "ArrowDown")) this.mark(next() ?? this.active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  choose(one) {
    if (!one) return;
    used(one.dataset.kept);
    this.close();
    this.chosen(one.dataset.sign);
  }

  close() {
    this.listeners.abort();
    this.element.remove();
    if (this.opener.isConnected) this.opener.focus();
  }
}

function option(one, id, tone) {
  const { sign, label, src, name } = one;
  const made = Object.assign(document.createElement("span"), { id, className: "emoji-picker__sign", title: `${label} :${name}:` });
  made.setAttribute("role", "option");
  made.setAttribute("aria-label", label);
  made.setAttribute("aria-selected", "false");
  made.dataset.kept = sign;
  made.dataset.sign = inTone(one, tone);
  if (src) made.append(Object.assign(document.createElement("img"), { className: "emoji", src, alt: "", loading: "lazy" }));
  else made.textContent = made.dataset.sign;
  return made;
}
