// The two ways to choose days in the form of a poll, one shown at a time.
import "polls/month-grid";
import "polls/week-grid";

class GridChoice extends HTMLElement {
  connectedCallback() {
    const bar = this.querySelector(".segments");
    bar.hidden = false;
    bar.addEventListener("click", ({ target }) => {
      const chosen = target.closest("button")?.value;
      if (!chosen) return;
      for (const button of bar.children) button.setAttribute("aria-pressed", button.value === chosen);
      this.querySelector("week-grid").open();
      this.querySelector("month-grid").hidden = chosen !== "month";
      this.querySelector("week-grid").hidden = chosen !== "week";
    });
  }
}

customElements.define("grid-choice", GridChoice);
