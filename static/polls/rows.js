// The lines of the form, as the grids read and change them; without script one types in them.

import { written } from "shell/dates";

const FIELDS = ["day", "begins", "ends"];
const known = new WeakMap();

export class Rows {
  // Both grids of a form work on the same lines.
  static of(form) {
    if (!known.has(form)) known.set(form, new Rows(form));
    return known.get(form);
  }

  constructor(form) {
    this.list = form.querySelector("[data-options]");
    this.listeners = new Set();
    this.list.addEventListener("change", () => this.tell());
    form.querySelector("[name=do][value=more]").addEventListener("click", (event) => {
      event.preventDefault();
      const row = this.free();
      row.hidden = false;
      this.field(row, "day").focus();
    });
    this.tidy();
  }

  field(row, name) {
    return row.querySelector(`[name=${name}]`);
  }

  get filled() {
    const rows = [...this.list.children].map((element) => ({
      element, ...Object.fromEntries(FIELDS.map((name) => [name, this.field(element, name).value])),
    }));
    return rows.filter(({ day }) => day);
  }

  // A line that says nothing yet, a new one where all are taken.
  free() {
    const empty = [...this.list.children].find((row) => row.hidden && !this.field(row, "day").value);
    if (empty) return empty;
    const row = this.list.lastElementChild.cloneNode(true);
    row.querySelector(".field__error")?.remove();
    for (const input of row.querySelectorAll("input")) input.value = "";
    this.list.append(row);
    return row;
  }

  add(day, begins, ends) {
    const last = this.filled.at(-1);
    const row = this.free();
    this.field(row, "day").value = day;
    this.field(row, "begins").value = begins ?? last?.begins ?? "";
    this.field(row, "ends").value = ends ?? last?.ends ?? "";
    this.list.append(row);
    this.tell();
  }

  remove({ element }) {
    if (this.list.children.length === 1) this.list.append(element.cloneNode(true));
    const empty = this.list.lastElementChild === element ? this.list.firstElementChild.cloneNode(true) : null;
    if (empty) {
      for (const input of empty.querySelectorAll("input")) input.value = "";
      this.list.prepend(empty);
    }
    element.remove();
    this.tell();
  }

  // Empty lines are of no use while one chooses in a grid.
  tidy() {
    for (const row of this.list.children) row.hidden = !this.field(row, "day").value;
  }

  tell() {
    this.tidy();
    for (const heard of this.listeners) heard();
  }
}

// Days are texts, “2026-12-08”, counted at noon in UTC: no change of clock moves them.
export const dateOf = (day) => new Date(`${day}T12:00:00Z`);
export const iso = (date) => date.toISOString().slice(0, 10);

export function later(day, days) {
  const date = dateOf(day);
  date.setUTCDate(date.getUTCDate() + days);
  return iso(date);
}

export const monday = (day) => later(day, -((dateOf(day).getUTCDay() + 6) % 7));

export function said(day, form) {
  return written(dateOf(day), { timeZone: "UTC", ...form });
}

export function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}
