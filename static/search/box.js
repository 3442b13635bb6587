// <search-box>: the one box of Ctrl K. The server says what is found (htmx); this moves among it and keeps what was looked for.
// The lines are the options of a combobox: the field keeps the focus, arrows choose, Enter opens what is chosen or first.

import { Recent } from "search/recent";

class SearchBox extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("[role=combobox]");
    this.list = this.querySelector("[role=listbox]");
    this.recent = this.querySelector("[data-recent]");
    this.said = this.querySelector("[data-said]");
    this.dialog = this.closest("dialog");
    this.searches = new Recent(this.dataset.owner);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.field.addEventListener("input", () => this.typed(), { signal });
    this.addEventListener("htmx:beforeRequest", () => (this.asked = this.field.value), { signal });
    this.addEventListener("htmx:afterSwap", () => this.drawn(), { signal });
    for (const lost of ["htmx:responseError", "htmx:sendError"]) this.addEventListener(lost, () => this.settle(), { signal });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.addEventListener("click", (event) => this.clicked(event), { signal });
    this.field.form.addEventListener("submit", () => this.searches.add(this.field.value), { signal });
    this.dialog.addEventListener("close", () => this.reset(), { signal });
    this.opened = new MutationObserver(() => this.dialog.open && this.begin());
    this.opened.observe(this.dialog, { attributeFilter: ["open"] });
    if (this.dialog.open) this.begin();
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.opened.disconnect();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")].filter((one) => !one.closest("[hidden]"));
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  begin() {
    const here = new URL(location.href);
    if (here.pathname === new URL(this.field.form.action).pathname) this.searches.add(here.searchParams.get("q") ?? "");
    this.showRecent();
    this.ask();
  }

  ask() {
    this.waits = true;
    window.htmx.trigger(this.field, "ask");
  }

  typed() {
    this.waits = true;
    this.mark(null);
    this.showRecent();
  }

  settle() {
    this.waits = false;
    if (this.hurried) this.open();
  }

  drawn() {
    const { options } = this;
    if (this.field.value.trim()) this.mark(options[0] ?? null);
    const found = options.filter((one) => !("all" in one.dataset)).length;
    this.said.textContent = found ? this.said.dataset.some.replace("#", found) : this.said.dataset.none;
    if (this.asked === this.field.value) this.settle(); // else more was typed, and is asked in a moment
  }

  pressed(event) {
    const { options } = this;
    const at = options.indexOf(this.active);
    const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? options.length - 1 : at - 1, End: null, Home: null }[event.key];
    if (typeof next === "number" && options.length) this.mark(options[(next + options.length) % options.length]);
    else if (event.key === "Enter") this.open();
    else return;
    event.preventDefault();
  }

  // What was typed faster than it was found is opened as soon as it is.
  open() {
    this.hurried = this.waits;
    if (this.waits) return;
    const line = this.active ?? (this.field.value.trim() ? this.options[0] : null);
    if (line) line.click();
    else if (this.field.value.trim()) this.field.form.requestSubmit();
  }

  mark(line) {
    this.active?.setAttribute("aria-selected", "false");
    line?.setAttribute("aria-selected", "true");
    if (line) this.field.setAttribute("aria-activedescendant", line.id);
    else this.field.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  }

  clicked(event) {
    const line = event.target.closest("[role=option]");
    if (!line) return;
    if ("forget" in line.dataset) {
      event.preventDefault();
      this.searches.forget();
      this.showRecent();
      this.field.focus();
      return;
    }
    this.searches.add(this.field.value);
    if (new URL(line.href).pathname === location.pathname) this.dialog.close();
  }

  showRecent() {
    const kept = this.field.value.trim() ? [] : this.searches.all;
    for (const line of this.recent.querySelectorAll("[role=option]")) line.remove();
    this.recent.hidden = kept.length === 0;
    if (!kept.length) return;
    const lines = kept.map((said) => this.line("line", `${this.field.form.action}?${new URLSearchParams({ q: said })}`, said));
    const forget = this.line("forget", "#");
    forget.dataset.forget = "";
    this.recent.append(...lines, forget);
    for (const [place, line] of [...lines, forget].entries()) line.id = `go-r${place}`;
  }

  line(kind, href, text) {
    const line = this.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true);
    line.href = href;
    if (text) line.querySelector(".item__text").textContent = text;
    return line;
  }

  reset() {
    this.field.value = "";
    this.hurried = false;
    this.mark(null);
    this.querySelector("#go-found").replaceChildren();
  }
}

customElements.define("search-box", SearchBox);
