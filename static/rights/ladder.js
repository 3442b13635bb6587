// The ladder of a cell: nothing, then the roles with their number keys; what may not be given is dimmed, with the reason.
import { make } from "shell/offered";
import { sign } from "rights/moves";

const GAP = 4;

export class Ladder {
  constructor(board) {
    this.board = board;
    this.menu = document.getElementById("rights-ladder-menu");
    this.list = this.menu.firstElementChild;
    this.menu.addEventListener("click", (event) => this.chosen(event.target.closest("button")));
    this.menu.addEventListener("keydown", (event) => this.pressed(event));
    this.menu.addEventListener("toggle", (event) => event.newState === "closed" && this.closed());
  }

  open(link, cell) {
    this.link = link;
    this.cell = cell;
    const { board } = this;
    const rows = [{ mask: 0, verb: board.getAttribute("none"), key: "0" }, ...cell.offered];
    const beyond = rows.some((role) => role.mask & ~cell.mask);
    this.list.replaceChildren(...rows.map((role) => this.row(role)), document.createElement("hr"), this.question());
    this.menu.replaceChildren(this.list);
    if (beyond) this.menu.append(make("p", { className: "note", id: "rights-yours", textContent: board.getAttribute("yours") }));
    if (cell.end !== 0) this.menu.append(make("p", { className: "note", textContent: board.getAttribute("until") }));
    this.menu.showPopover();
    this.place();
    (this.menu.querySelector("[aria-checked=true]") ?? this.menu.querySelector("button")).focus();
  }

  row({ mask, verb, step, key, gives }) {
    const button = make("button", { type: "button", role: "menuitemradio" });
    button.dataset.mask = mask;
    button.setAttribute("aria-checked", String(mask === this.cell.want));
    if (gives) button.title = gives;
    if (!this.board.allowed(this.cell, mask)) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-describedby", "rights-yours");
    }
    if (step) button.append(sign(step));
    button.append(make("span", { textContent: verb }), make("kbd", { className: "key", textContent: key }));
    return button;
  }

  question() {
    const button = make("button", { type: "button", role: "menuitem" });
    button.dataset.why = "";
    const word = this.board.getAttribute("question");
    button.append(make("span", { textContent: word }), make("kbd", { className: "key", textContent: "w" }));
    return button;
  }

  place() {
    const { menu, link } = this;
    const box = link.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = box.bottom + GAP + height <= innerHeight;
    menu.style.setProperty("top", `${below ? box.bottom + GAP : Math.max(GAP, box.top - GAP - height)}px`);
    menu.style.setProperty("left", `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`);
  }

  chosen(button) {
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const { link, cell } = this;
    this.menu.hidePopover();
    if ("why" in button.dataset) this.board.why(cell);
    else this.board.set(link, Number(button.dataset.mask));
  }

  closed() {
    if (!document.querySelector("dialog[open]")) this.link?.focus({ preventScroll: true });
  }

  pressed(event) {
    const buttons = [...this.menu.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const keyed = buttons.find((one) => one.querySelector("kbd")?.textContent === event.key);
    if (step !== undefined) {
      const next = buttons.indexOf(document.activeElement) + step;
      buttons[Math.max(0, Math.min(buttons.length - 1, next))].focus();
    } else if (keyed) {
      this.chosen(keyed);
    } else if (event.key === "Tab") {
      this.menu.hidePopover();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
