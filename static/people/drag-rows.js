// <drag-rows> around a table whose rows bear data-person and data-name: a row is dragged onto an element with
// data-drop (a group), and the hidden form is sent there. The twin for the keyboard is the row's menu.
// Words come from attributes: moving (“#” stands for the name); group is the address of a group with 0 for its id.

const FAR = 6;
const CONTROLS = "button, select, input, label, summary, .popover";
const EDGE = 48;

class DragRows extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("[data-drop-form]");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
    this.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
    // a drag ends with a click on what lies below: the link of the row is not meant
    this.addEventListener("click", (event) => this.dragged && event.preventDefault(), { capture: true, signal });
    window.addEventListener("pointermove", (event) => this.moved(event), { signal });
    window.addEventListener("pointerup", () => this.dropped(), { signal });
    window.addEventListener("pointercancel", () => this.end(), { signal });
    window.addEventListener("keydown", (event) => event.key === "Escape" && this.end(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.end();
  }

  // Fingers scroll: they have the menu of the row.
  pressed(event) {
    this.dragged = false;
    const row = event.target.closest("tr[data-person]");
    if (!row || event.button !== 0 || event.pointerType === "touch" || event.target.closest(CONTROLS)) return;
    this.row = row;
    this.from = { x: event.clientX, y: event.clientY };
  }

  moved(event) {
    if (!this.row) return;
    const { clientX: x, clientY: y } = event;
    if (!this.ghost) {
      if (Math.hypot(x - this.from.x, y - this.from.y) < FAR) return;
      this.begin();
    }
    this.ghost.style.setProperty("translate", `${x + 12}px ${y + 8}px`);
    this.point(document.elementFromPoint(x, y)?.closest("[data-drop]") ?? null);
    this.scroll(y);
  }

  begin() {
    this.dragged = true;
    this.ghost = document.createElement("span");
    this.ghost.className = "ghost";
    this.ghost.setAttribute("aria-hidden", "true");
    this.ghost.textContent = this.getAttribute("moving").replace("#", this.row.dataset.name);
    document.body.append(this.ghost);
    document.body.classList.add("is-dragging");
    getSelection()?.removeAllRanges();
  }

  point(target) {
    if (target === this.target) return;
    this.target?.classList.remove("is-target");
    target?.classList.add("is-target");
    this.target = target;
  }

  // Long lists of groups move under the pointer at their ends.
  scroll(y) {
    const column = document.querySelector("[data-drop]")?.closest(".places");
    if (!column) return;
    const { top, bottom } = column.getBoundingClientRect();
    if (y < top + EDGE) column.scrollBy(0, -12);
    else if (y > bottom - EDGE) column.scrollBy(0, 12);
  }

  dropped() {
    const { row, target } = this;
    this.end();
    if (!row || !target) return;
    this.form.action = this.getAttribute("group").replace("/0/", `/${target.dataset.drop}/`);
    this.form.elements.user.value = row.dataset.person;
    this.form.requestSubmit();
  }

  end() {
    this.point(null);
    this.ghost?.remove();
    document.body.classList.remove("is-dragging");
    this.row = this.ghost = undefined;
  }
}

customElements.define("drag-rows", DragRows);
