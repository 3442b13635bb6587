// <event-form>: shows of the form what the choices above ask for, and keeps the end after the beginning.
class EventForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("change", (event) => this.changed(event.target));
    this.was = this.start();
    this.draw();
  }

  start() {
    const { first, begins } = this.form.elements;
    return Date.parse(`${first.value}T${begins.value || "00:00"}Z`);
  }

  changed(field) {
    const { first, begins, last, ends } = this.form.elements;
    const now = this.start();
    // the length stays when the beginning moves
    if ((field === first || field === begins) && !Number.isNaN(now - this.was) && last.value) {
      const end = new Date(Date.parse(`${last.value}T${ends.value || "00:00"}Z`) + now - this.was).toISOString();
      last.value = end.slice(0, 10);
      if (field === begins) ends.value = end.slice(11, 16);
    }
    if (!Number.isNaN(now)) this.was = now;
    this.draw();
  }

  draw() {
    const { all_day, repeat, end } = this.form.elements;
    const one = this.form.querySelector("[name=scope]:checked")?.value === "one";
    for (const part of this.querySelectorAll("[data-hours]")) part.hidden = all_day.checked;
    for (const part of this.querySelectorAll("[data-repeats]")) part.hidden = one;
    for (const part of this.querySelectorAll("[data-repeat]")) part.hidden = !part.dataset.repeat.split(" ").includes(repeat.value);
    for (const part of this.querySelectorAll("[data-end]")) part.hidden = part.dataset.end !== end.value;
  }
}

customElements.define("event-form", EventForm);
