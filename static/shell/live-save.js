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
    // Boxes of one question share their name, and are saved together.
    if (field.type !== "checkbox") body.set(field.name, field.value);
    else for (const box of this.form.elements) if (box.name === field.name && box.checked) body.append(box.name, box.value);
    this.say(field, this.getAttribute("saving"));
    try {
      const answer = await send(this.form.action, body);
      const { reload, toast } = await answer.json();
      if (reload) return location.reload();
      field.removeAttribute("aria-invalid");
      this.say(field, this.getAttribute("saved"));
      if (toast) document.querySelector("toast-stack")?.show(toast);
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
