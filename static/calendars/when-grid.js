// <when-grid>: who is free when. The event is held over the rows and moved by mouse, finger or keys; the form follows.
import { written } from "shell/dates";

const QUARTER = 15;
const HALF = 30;

class WhenGrid extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.rects = [...this.querySelectorAll("rect.mine")];
    this.over = this.querySelector("[data-over]");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    if (!this.rects.length) return;
    this.from = Number(this.rects[0].getAttribute("x"));
    this.size = Number(this.rects[0].getAttribute("width"));
    this.hold(signal);
  }

  disconnectedCallback() {
    this.listeners?.abort();
  }

  get perDay() {
    return (Number(this.dataset.ends) - Number(this.dataset.begins)) * 60;
  }

  get whole() {
    return this.perDay * Number(this.dataset.days);
  }

  hold(signal) {
    const grip = document.createElement("div");
    grip.className = "beside__grip";
    grip.tabIndex = 0;
    const said = { role: "slider", "aria-label": this.dataset.label, "aria-valuemin": 0, "aria-valuemax": this.whole - this.size };
    for (const [name, value] of Object.entries(said)) grip.setAttribute(name, value);
    this.grip = grip;
    this.over.append(grip);
    this.place(this.from);
    grip.addEventListener("pointerdown", (event) => this.taken(event), { signal });
    grip.addEventListener("pointermove", (event) => this.held && this.place(this.held.from + this.minutes(event.clientX - this.held.x)), { signal });
    grip.addEventListener("pointerup", () => this.dropped(), { signal });
    grip.addEventListener("pointercancel", () => this.dropped(true), { signal });
    grip.addEventListener("keydown", (event) => this.pressed(event), { signal });
    // a click beside it means: then
    for (const line of this.querySelectorAll(".beside__line")) line.addEventListener("click", (event) => this.meant(line, event), { signal });
    if (this.form.dataset.held) grip.focus({ preventScroll: true });
    delete this.form.dataset.held;
  }

  minutes(pixels) {
    return Math.round(((pixels / this.over.getBoundingClientRect().width) * this.whole) / QUARTER) * QUARTER;
  }

  // Draw it as beginning at this minute of what is shown; within one day.
  place(at) {
    const day = Math.max(0, Math.min(Number(this.dataset.days) - 1, Math.floor((at + this.size / 2) / this.perDay)));
    const low = day * this.perDay;
    this.at = Math.max(low, Math.min(low + this.perDay - this.size, at));
    for (const rect of this.rects) rect.setAttribute("x", this.at);
    this.grip.style.setProperty("inset-inline-start", `${(this.at / this.whole) * 100}%`);
    this.grip.style.setProperty("inline-size", `${(this.size / this.whole) * 100}%`);
    this.grip.setAttribute("aria-valuenow", this.at);
    const { first, begins } = this.said(this.at);
    const named = written(new Date(`${first}T12:00Z`), { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
    this.grip.setAttribute("aria-valuetext", `${named}, ${begins}`);
  }

  // The day and the hour of a minute of what is shown, as the fields of the form write them.
  said(at) {
    const day = Math.floor(at / this.perDay);
    const minute = Number(this.dataset.begins) * 60 + (at % this.perDay);
    const date = new Date(`${this.dataset.first}T00:00Z`);
    date.setUTCDate(date.getUTCDate() + day);
    return { first: date.toISOString().slice(0, 10), begins: `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}` };
  }

  taken(event) {
    if (event.button) return;
    event.preventDefault();
    this.grip.setPointerCapture(event.pointerId);
    this.grip.classList.add("is-held");
    this.grip.focus({ preventScroll: true });
    this.held = { x: event.clientX, from: this.at };
  }

  dropped(back = false) {
    if (!this.held) return;
    const { from } = this.held;
    this.held = null;
    this.grip.classList.remove("is-held");
    if (back) this.place(from);
    else if (this.at !== from) this.keep(this.said(this.at));
  }

  pressed(event) {
    const step = { ArrowLeft: -QUARTER, ArrowRight: QUARTER, ArrowDown: -QUARTER, ArrowUp: QUARTER, PageDown: -HALF * 2, PageUp: HALF * 2 }[event.key];
    if (!step) return;
    event.preventDefault();
    const was = this.at;
    this.place(this.at + step);
    if (this.at !== was) this.keep(this.said(this.at));
  }

  meant(line, event) {
    const box = line.getBoundingClientRect();
    const at = Math.floor((((event.clientX - box.left) / box.width) * this.whole) / HALF) * HALF;
    this.place(at);
    this.keep(this.said(this.at));
  }

  clicked(event) {
    const offer = event.target.closest("button[value^='at:']");
    if (!offer) return;
    event.preventDefault();
    const [first, begins] = offer.value.slice(3).split("T");
    this.keep({ first, begins });
  }

  keep({ first, begins }) {
    const { elements } = this.form;
    if (document.activeElement === this.grip) this.form.dataset.held = "1"; // what is drawn anew is held on
    elements.first.value = first;
    elements.begins.value = begins;
    elements.begins.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("when-grid", WhenGrid);
