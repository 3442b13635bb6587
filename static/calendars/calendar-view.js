// <calendar-view>: begins at the hours of the day, shows what time it is, goes on and back by the arrows.
const MINUTES = 24 * 60;
const EARLIEST = 7.5;

class CalendarView extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    document.addEventListener("keydown", (event) => this.pressed(event), { signal: this.listeners.signal });
    this.clock = setInterval(() => this.tick(), 60_000);
    this.tick();
    this.begin();
  }

  disconnectedCallback() {
    this.listeners.abort();
    clearInterval(this.clock);
  }

  // A day of work is looked at first, or what begins earlier; what is left of the evening before does not count.
  begin() {
    const scroll = this.querySelector("[data-scroll]");
    if (!scroll) return;
    const grid = scroll.querySelector(".week__grid");
    const events = [...grid.querySelectorAll(".week__day > .event")].map((one) => one.offsetTop);
    const hours = (EARLIEST / 24) * grid.offsetHeight;
    const today = grid.querySelector(".week__day.is-today");
    if (today) scroll.scrollLeft = today.offsetLeft - grid.querySelector(".week__hours").offsetWidth;
    scroll.scrollTop = Math.min(hours, ...events.filter((top) => top > 0).map((top) => top - 8));
  }

  tick() {
    const line = this.querySelector("[data-now]");
    if (!line) return;
    const zone = this.dataset.zone;
    const parts = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "numeric", timeZone: zone }).format();
    const [hour, minute] = parts.split(":").map(Number);
    line.hidden = false;
    line.style.setProperty("inset-block-start", `${((hour * 60 + minute) / MINUTES) * 100}%`);
  }

  pressed(event) {
    const step = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!step || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (document.querySelector("dialog[open], details[open] .popover")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || document.body.dataset.keys === "off") return;
    document.querySelector(`.calendar-head [rel=${step}]`)?.click();
  }
}

customElements.define("calendar-view", CalendarView);
