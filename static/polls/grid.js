// What the grids of a poll have in common: they show the lines of a form, and are turned by two buttons.
import { Rows, make } from "polls/rows";

// A grid has `begin()`, which sets where it is, `build()`, which makes `body` (a tbody that hears keys and pointers) and calls
// `heading(step)`, `draw()`, `turn(step)`, and what each event does.
export class Grid extends HTMLElement {
  connectedCallback() {
    if (!this.rows) {
      this.rows = Rows.of(this.closest("form"));
      this.heard = () => this.draw();
      this.begin();
      this.build();
    }
    this.rows.listeners.add(this.heard);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.body.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.body.addEventListener("click", (event) => this.clicked(event), { signal });
    this.body.addEventListener("pointerdown", (event) => this.begun(event), { signal });
    this.body.addEventListener("pointerover", (event) => this.dragged(event), { signal });
    addEventListener("pointerup", () => this.ended(), { signal });
    this.draw();
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.rows.listeners.delete(this.heard);
  }

  // Where one is, between the buttons that lead `step` back and forth.
  heading(step) {
    const button = (words, sign, by) => {
      const made = make("button", { type: "button", class: "button button--plain button--icon", "aria-label": words }, sign);
      made.addEventListener("click", () => this.turn(by));
      return made;
    };
    this.name = make("strong", { "aria-live": "polite" });
    return make("div", { class: "grid__head" }, button(this.dataset.before, "‹", -step), this.name, button(this.dataset.after, "›", step));
  }
}
