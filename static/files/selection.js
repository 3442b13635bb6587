// Which rows are chosen. The checkboxes are the state: what a form would send is what is shown.
import { offer } from "files/publishing";

export class Selection {
  #list;
  #anchor;

  constructor(list) {
    this.#list = list;
  }

  get rows() {
    return [...this.#list.querySelectorAll("tr[data-mask]")];
  }

  get chosen() {
    return this.rows.filter((row) => box(row).checked);
  }

  get ids() {
    return this.chosen.map(idOf);
  }

  // What a row's own command means: all that is chosen, when the row is among them, else the row alone.
  subjects(row) {
    return box(row).checked ? this.chosen : [row];
  }

  toggle(row, on = !box(row).checked) {
    box(row).checked = on;
    this.#anchor = idOf(row);
    this.show();
  }

  // From the last row that was chosen to this one.
  extend(row) {
    const rows = this.rows;
    const from = rows.findIndex((one) => idOf(one) === this.#anchor);
    const to = rows.indexOf(row);
    if (from < 0) return this.toggle(row, true);
    const [first, last] = from < to ? [from, to] : [to, from];
    rows.forEach((one, place) => (box(one).checked = place >= first && place <= last));
    this.show();
  }

  all() {
    for (const row of this.rows) box(row).checked = true;
    this.show();
  }

  clear() {
    for (const row of this.chosen) box(row).checked = false;
    this.choosing = false;
    this.show();
  }

  // Rows that were drawn again: those that were chosen still are.
  keep(ids) {
    for (const row of this.rows) box(row).checked = ids.includes(idOf(row));
    this.show();
  }

  show() {
    const chosen = this.chosen;
    for (const row of this.rows) row.toggleAttribute("data-chosen", box(row).checked);
    const bar = document.querySelector("[data-selection]");
    this.#list.classList.toggle("is-selecting", chosen.length > 0 || Boolean(this.choosing));
    bar.hidden = chosen.length === 0 && !this.choosing;
    document.querySelector(".app").classList.toggle("is-choosing", !bar.hidden);
    document.querySelector("[data-head]").hidden = !bar.hidden;
    bar.querySelector("[data-clear]").toggleAttribute("data-escape", !bar.hidden); // what Escape closes
    const count = bar.querySelector("[data-count]");
    const words = chosen.length === 1 ? count.dataset.one : count.dataset.many;
    count.textContent = words.replace("#", chosen.length);
    const mask = chosen.reduce((all, row) => all & maskOf(row), chosen.length ? 255 : 0);
    for (const button of bar.querySelectorAll("[data-do]")) button.disabled = !allowed(button.dataset.do, mask);
    offer(bar, chosen);
  }
}

const NEEDS = { download: 1, copy: 1, move: 2, trash: 8, withhold: 2, publish: 2 };
const box = (row) => row.querySelector("input[type=checkbox]");

export const idOf = (row) => Number(row.id.slice("node-".length));
export const maskOf = (row) => Number(row.dataset.mask);
export const allowed = (verb, mask) => (mask & (NEEDS[verb] ?? 0)) === (NEEDS[verb] ?? 0);
