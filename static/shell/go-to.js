// <go-to>: a field and the list of all places; typing narrows the list, Enter opens the first, arrows walk it.

class GoTo extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.none = this.querySelector("[data-none]");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.field.addEventListener("input", () => this.narrow(), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.closest("dialog").addEventListener("close", () => this.reset(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  get links() {
    return [...this.querySelectorAll("li:not([hidden]) a")];
  }

  narrow() {
    const words = fold(this.field.value).split(/\s+/).filter(Boolean);
    for (const row of this.querySelectorAll("li")) {
      const name = fold(row.textContent);
      row.hidden = !words.every((word) => name.includes(word));
    }
    this.none.hidden = this.links.length > 0;
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && event.target === this.field) {
      event.preventDefault();
      this.links[0]?.click();
    } else if (step) {
      event.preventDefault();
      const { links } = this;
      const next = links.indexOf(document.activeElement) + step;
      (next < 0 ? this.field : (links[next] ?? links.at(-1)))?.focus();
    }
  }

  reset() {
    this.field.value = "";
    this.narrow();
  }
}

// As people type it: no capitals, no accents.
function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

customElements.define("go-to", GoTo);
