// <auto-submit> around a form whose choice acts at once; the button it has for pages without script is hidden.

class AutoSubmit extends HTMLElement {
  connectedCallback() {
    for (const button of this.querySelectorAll("[data-fallback]")) button.hidden = true;
    this.changed = (event) => event.target.form?.requestSubmit();
    this.addEventListener("change", this.changed);
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.changed);
  }
}

customElements.define("auto-submit", AutoSubmit);
