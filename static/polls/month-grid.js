// <month-grid> over the lines of a form: days are chosen by a click, by dragging over several, or with the arrow keys.
import { Grid } from "polls/grid";
import { dateOf, iso, later, make, monday, said } from "polls/rows";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

class MonthGrid extends Grid {
  begin() {
    this.at = this.rows.filled[0]?.day ?? this.dataset.today;
  }

  build() {
    this.body = make("tbody");
    const names = [0, 1, 2, 3, 4, 5, 6].map((number) => make(
      "th", { scope: "col" }, said(later("2024-01-01", number), { weekday: "short" }),
    ));
    const table = make("table", { "aria-label": this.dataset.label }, make("thead", {}, make("tr", {}, ...names)), this.body);
    this.append(this.heading(1), table);
  }

  draw() {
    const chosen = new Set(this.rows.filled.map(({ day }) => day));
    const month = this.at.slice(0, 7);
    const focused = this.contains(document.activeElement) && document.activeElement.dataset.day;
    this.name.textContent = said(this.at, { month: "long", year: "numeric" });
    this.body.replaceChildren();
    for (let day = monday(`${month}-01`); day.slice(0, 7) <= month; day = later(day, 7)) {
      const cells = [0, 1, 2, 3, 4, 5, 6].map((number) => this.cell(later(day, number), month, chosen));
      this.body.append(make("tr", {}, ...cells));
    }
    if (focused) this.button(this.at)?.focus();
  }

  cell(day, month, chosen) {
    if (day.slice(0, 7) !== month) return make("td");
    const button = make("button", {
      type: "button", "data-day": day, "aria-pressed": chosen.has(day), tabindex: day === this.at ? 0 : -1,
      "aria-label": said(day, { weekday: "long", day: "numeric", month: "long" }),
    }, String(dateOf(day).getUTCDate()));
    if (day === this.dataset.today) button.setAttribute("aria-current", "date");
    return make("td", {}, button);
  }

  button(day) {
    return this.body.querySelector(`[data-day="${day}"]`);
  }

  turn(months) {
    const date = dateOf(`${this.at.slice(0, 7)}-01`);
    date.setUTCMonth(date.getUTCMonth() + months);
    this.at = iso(date);
    this.draw();
  }

  set(day, adds) {
    this.at = day;
    const there = this.rows.filled.filter((row) => row.day === day);
    if (adds && !there.length) this.rows.add(day);
    else if (!adds) for (const row of there) this.rows.remove(row);
  }

  toggle(button) {
    this.set(button.dataset.day, button.getAttribute("aria-pressed") !== "true");
  }

  // A mouse chooses while it is dragged; a finger scrolls the page, and chooses by a tap.
  begun(event) {
    const button = event.target.closest("[data-day]");
    if (!button || event.pointerType !== "mouse" || event.button !== 0) return;
    this.adds = button.getAttribute("aria-pressed") !== "true";
    this.byMouse = true;
    this.set(button.dataset.day, this.adds);
    this.button(button.dataset.day).focus();
    event.preventDefault();
  }

  ended() {
    this.adds = undefined;
    setTimeout(() => { this.byMouse = false; }); // after the click that may follow
  }

  dragged(event) {
    const button = event.target.closest("[data-day]");
    if (this.adds !== undefined && button) this.set(button.dataset.day, this.adds);
  }

  clicked(event) {
    const button = event.target.closest("[data-day]");
    const done = this.byMouse;
    this.byMouse = false;
    if (button && !done) this.toggle(button);
  }

  pressed(event) {
    const step = STEPS[event.key];
    if (event.key === "PageUp" || event.key === "PageDown") this.turn(event.key === "PageUp" ? -1 : 1);
    else if (step) this.at = later(this.at, step);
    else return;
    event.preventDefault();
    this.draw();
    this.button(this.at)?.focus();
  }
}

customElements.define("month-grid", MonthGrid);
