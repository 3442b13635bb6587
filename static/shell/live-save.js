// <live-save> around a form: each field is saved when it changes, and says so beside itself.
// Words come from attributes: saving, saved. The button for pages without script is hidden.
import { send } from "shell/http";

class LiveSave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    for (const button of this.querySelectorAll("[data-fallback]")) button.hidden = true;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("change", (event) => this.save(event.target), { signal });
    this.form.addEventListener("submit", (event) => this.entered(event), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  // Enter in a text field saves that field; without a focused field the form goes as it is.
  entered(event) {
    event.preventDefault();
    if (this.form.contains(document.activeElement)) this.save(document.activeElement);
  }

  async save(field) {
    if (!field.name || field.disabled) return;
    const body = new FormData();
    body.set("only", field.name);
    if (field.type !== "checkbox" || field.checked) body.set(field.name, field.value);
    this.say(field, this.getAttribute("saving"));
    try {
      const answer = await send(this.form.action, body);
      const { reload } = await answer.json();
      if (reload) return location.reload();
      field.removeAttribute("aria-invalid");
      this.say(field, this.getAttribute("saved"));
    } catch (problem) {
      field.setAttribute("aria-invalid", "true");
      this.say(field, problem.fields[field.name] ?? problem.message, true);
    }
  }

  say(field, text, failed = false) {
    const place = this.querySelector(`[data-saved="${field.name}"]`);
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("is-failed", failed);
  }
}

customElements.define("live-save", LiveSave);
