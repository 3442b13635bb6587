// <rights-list> around the plain form of one row or column: the same bar as the board's, in place of its own buttons.
import { Bar } from "rights/bar";

class RightsList extends HTMLElement {
  connectedCallback() {
    if (this.bar) return;
    this.querySelector("[data-fallback]").hidden = true;
    this.bar = new Bar(this, {
      cells: () => this.changed.map((one) => one.value),
      discard: () => this.discard(),
      saved: () => (this.leaving = true),
    });
    const { save } = this.bar;
    // Saving goes by the form itself: the page that comes back shows everything as it is now.
    this.bar.send = () => {
      this.leaving = true;
      save.setAttribute("aria-busy", "true");
      this.querySelector("form").requestSubmit();
    };
    this.addEventListener("change", () => this.bar.changed());
    window.addEventListener("beforeunload", (event) => this.changed.length && !this.leaving && event.preventDefault());
    this.bar.changed();
  }

  get changed() {
    return [...this.querySelectorAll("select[name=cell]")].filter((one) => {
      const [, , , seen, , want] = one.value.split(":");
      return seen !== want;
    });
  }

  discard() {
    for (const one of this.changed) {
      const seen = one.value.split(":")[3];
      one.value = [...one.options].find((option) => option.value.endsWith(`:${seen}`))?.value ?? one.value;
    }
    this.bar.changed();
  }
}

customElements.define("rights-list", RightsList);
