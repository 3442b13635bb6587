// <live-save> around a form: each field is saved when it changes, and says so beside itself.
// Words come from attributes: saving, saved. The button for pages without script is hidden.
import { send } from "shell/http";

const TEXTS = new Set(["text", "number", "email", "url", "date", "textarea"]);

class LiveSave extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.kept = new Map(); // what each field was when it was last saved
    for (const field of this.form.elements) if (field.name) this.kept.set(field, field.value);
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
    // Typed back to what it was: a request would undo an Undo that was pressed meanwhile.
    if (TEXTS.has(field.type) && this.kept.get(field) === field.value) return this.settle(field, "");
    const value = field.value;
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
      this.kept.set(field, value);
      this.settle(field, this.getAttribute("saved"));
      if (toast) document.querySelector("toast-stack")?.show(toast);
    } catch (problem) {
      field.setAttribute("aria-invalid", "true");
      this.say(field, problem.fields[field.name] ?? problem.message, true);
    }
  }

  settle(field, text) {
    field.removeAttribute("aria-invalid");
    this.say(field, text);
  }

  say(field, text, failed = false) {
    const place = this.querySelector(`[data-saved="${field.name}"]`);
    if (!place) return;
    place.textContent = text;
    place.classList.toggle("is-failed", failed);
  }
}

customElements.define("live-save", LiveSave);
