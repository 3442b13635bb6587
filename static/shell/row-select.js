// <row-select chosen-one chosen-many> around a form and a table of checkboxes that belong to it: the form shows once a box is
// ticked, and says how many are. Without script it always shows. Words come from attributes; “#” stands for the number.

class RowSelect extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.all = this.querySelector("[data-all]");
    this.all.hidden = false;
    this.changed = (event) => this.choose(event);
    this.addEventListener("change", this.changed);
    this.show();
  }

  disconnectedCallback() {
    this.removeEventListener("change", this.changed);
  }

  get boxes() {
    return [...this.querySelectorAll("tbody [type=checkbox]")];
  }

  choose({ target }) {
    if (target.type !== "checkbox") return;
    if (target === this.all) for (const box of this.boxes) box.checked = target.checked;
    this.show();
  }

  show() {
    const { boxes } = this;
    const count = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest("tr").setAttribute("aria-selected", box.checked);
    this.all.checked = count > 0 && count === boxes.length;
    this.all.indeterminate = count > 0 && count < boxes.length;
    this.form.hidden = count === 0;
    this.form.querySelector("[data-count]").textContent = this.getAttribute(count === 1 ? "chosen-one" : "chosen-many").replace("#", count);
  }
}

customElements.define("row-select", RowSelect);
