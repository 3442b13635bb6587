// <week-grid> over the lines of a form: times are drawn by dragging down a day, or with arrows and Enter; Enter on one removes it.
import { Grid } from "polls/grid";
import { later, make, monday, said } from "polls/rows";

const [FIRST, LAST] = [14, 46]; // half hours after midnight: from 7:00 to 23:00

const hour = (half) => `${String(Math.floor(half / 2) % 24).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;
const half = (text) => Number(text.slice(0, 2)) * 2 + (Number(text.slice(3)) >= 30 ? 1 : 0);

class WeekGrid extends Grid {
  begin() {
    [this.day, this.half] = [this.dataset.today, 36];
  }

  build() {
    this.head = make("tr");
    this.body = make("tbody");
    this.append(
      this.heading(7),
      make("div", { class: "grid__scroll" }, make(
        "table", { role: "grid", "aria-label": this.dataset.label, "aria-multiselectable": "true" },
        make("thead", {}, this.head), this.body,
      )),
    );
  }

  draw() {
    const first = monday(this.day);
    const days = [0, 1, 2, 3, 4, 5, 6].map((number) => later(first, number));
    const focused = this.body.contains(document.activeElement);
    const taken = this.rows.filled.filter(({ begins }) => begins);
    this.name.textContent = `${said(first, { day: "numeric", month: "long" })} – ${said(days[6], { day: "numeric", month: "long", year: "numeric" })}`;
    this.head.replaceChildren(make("td"), ...days.map((day) => make("th", { scope: "col" }, said(day, { weekday: "short", day: "numeric" }))));
    this.body.replaceChildren();
    for (let at = FIRST; at < LAST; at += 1) {
      const label = at % 2 ? make("td") : make("th", { scope: "row" }, hour(at));
      this.body.append(make("tr", {}, label, ...days.map((day) => this.cell(day, at, taken))));
    }
    if (focused) this.focusCell();
  }

  cell(day, at, taken) {
    const slot = taken.find((row) => row.day === day && half(row.begins) <= at && at < (row.ends ? half(row.ends) : half(row.begins) + 2));
    const drawn = this.from && this.from.day === day && at >= Math.min(this.from.at, this.half) && at <= Math.max(this.from.at, this.half);
    return make("td", {
      "data-day": day, "data-at": at, "aria-selected": Boolean(slot || drawn), tabindex: day === this.day && at === this.half ? 0 : -1,
      "aria-label": `${said(day, { weekday: "long", day: "numeric", month: "long" })}, ${hour(at)}`,
    });
  }

  focusCell() {
    this.body.querySelector(`[data-day="${this.day}"][data-at="${this.half}"]`)?.focus();
  }

  // It begins where one has chosen something.
  open() {
    this.day = this.rows.filled[0]?.day ?? this.day;
    this.draw();
  }

  turn(days) {
    this.day = later(this.day, days);
    this.draw();
  }

  // The first press begins a time, the second ends it; one on a time that is there takes it away.
  act(cell) {
    const [day, at] = [cell.dataset.day, Number(cell.dataset.at)];
    const there = this.rows.filled.find((row) => row.day === day && row.begins && half(row.begins) <= at && at < (row.ends ? half(row.ends) : half(row.begins) + 2));
    [this.day, this.half] = [day, at];
    if (there && !this.from) return this.rows.remove(there);
    if (!this.from || this.from.day !== day) this.from = { day, at };
    else {
      const [begin, end] = [Math.min(this.from.at, at), Math.max(this.from.at, at) + 1];
      this.from = undefined;
      return this.rows.add(day, hour(begin), hour(end));
    }
    return this.draw();
  }

  begun(event) {
    const cell = event.target.closest("[data-at]");
    if (!cell || event.pointerType !== "mouse" || event.button !== 0) return;
    this.byMouse = true;
    this.from = undefined;
    this.act(cell);
    this.focusCell();
    event.preventDefault();
  }

  dragged(event) {
    const cell = event.target.closest("[data-at]");
    if (!this.byMouse || !this.from || cell?.dataset.day !== this.from.day) return;
    this.half = Number(cell.dataset.at);
    const [low, high] = [this.from.at, this.half].sort((one, other) => one - other);
    for (const one of this.body.querySelectorAll(`[data-day="${this.from.day}"]`))
      one.setAttribute("aria-selected", low <= Number(one.dataset.at) && Number(one.dataset.at) <= high);
  }

  ended() {
    if (this.byMouse && this.from) this.act(this.body.querySelector(`[data-day="${this.day}"][data-at="${this.half}"]`));
    this.byMouse = false;
    this.swallow = performance.now();
  }

  clicked(event) {
    const cell = event.target.closest("[data-at]");
    if (cell && performance.now() - (this.swallow ?? -1000) > 300) this.act(cell);
  }

  pressed(event) {
    const { key } = event;
    if (key === "ArrowUp" || key === "ArrowDown") this.half = Math.min(LAST - 1, Math.max(FIRST, this.half + (key === "ArrowUp" ? -1 : 1)));
    else if (key === "ArrowLeft" || key === "ArrowRight") this.day = later(this.day, key === "ArrowLeft" ? -1 : 1);
    else if (key === "Escape" && this.from) this.from = undefined;
    else if (key === "Enter" || key === " ") this.act(event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
    this.focusCell();
  }
}

customElements.define("week-grid", WeekGrid);
