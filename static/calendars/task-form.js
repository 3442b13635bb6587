// <task-form>: shows of the form of a task what the choices above ask for.
class TaskForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("change", () => this.draw());
    this.draw();
  }

  draw() {
    const { repeat, end } = this.form.elements;
    for (const part of this.querySelectorAll("[data-repeat]")) part.hidden = !part.dataset.repeat.split(" ").includes(repeat.value);
    for (const part of this.querySelectorAll("[data-end]")) part.hidden = part.dataset.end !== end.value;
  }
}

customElements.define("task-form", TaskForm);
