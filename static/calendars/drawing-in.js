// Click on a day, or drag over hours or days, and a new event begins there.
import { create } from "calendars/event-dialog";

const QUARTER = 15;
const STEPS = (24 * 60) / QUARTER;
const FAR = 6;
let from = null;

const clock = (step) => `${String(Math.floor((step * QUARTER) / 60) % 24).padStart(2, "0")}:${String((step * QUARTER) % 60).padStart(2, "0")}`;

export function stepAt(day, clientY) {
  const box = day.getBoundingClientRect();
  return Math.max(0, Math.min(STEPS - 1, Math.floor(((clientY - box.top) / box.height) * STEPS)));
}

export function dayAt({ clientX, clientY }, kind) {
  return document.elementsFromPoint(clientX, clientY).map((one) => one.closest(kind)).find(Boolean);
}

function ghost() {
  let shown = document.querySelector(".ghost");
  if (!shown) {
    shown = document.createElement("span");
    shown.className = "ghost";
    shown.setAttribute("aria-hidden", "true");
  }
  return shown;
}

function clear() {
  document.querySelector(".ghost")?.remove();
  for (const one of document.querySelectorAll("[data-day].is-chosen")) one.classList.remove("is-chosen");
  from = null;
}

document.addEventListener("pointerdown", (event) => {
  if (event.button || event.target.closest("a, button, input")) return;
  const kind = [".week__day", ".month__day", ".band__day"].find((one) => event.target.closest(`calendar-view ${one}`));
  if (!kind || !document.getElementById("new-event")) return;
  const day = event.target.closest(kind);
  from = { kind, day, x: event.clientX, y: event.clientY, step: stepAt(day, event.clientY), touch: event.pointerType === "touch" };
});

document.addEventListener("pointermove", (event) => {
  if (!from || from.touch) return;
  if (!from.moved && Math.hypot(event.clientX - from.x, event.clientY - from.y) < FAR) return;
  from.moved = true;
  event.preventDefault();
  if (from.kind === ".week__day") {
    const [first, last] = [from.step, stepAt(from.day, event.clientY)].sort((a, b) => a - b);
    const shown = ghost();
    shown.style.setProperty("inset-block-start", `${(first / STEPS) * 100}%`);
    shown.style.setProperty("block-size", `${((last + 1 - first) / STEPS) * 100}%`);
    shown.textContent = `${clock(first)} – ${clock(last + 1)}`;
    from.day.append(shown);
    from.range = [first, last + 1];
    return;
  }
  const over = dayAt(event, from.kind)?.dataset.day;
  if (!over) return;
  from.days = [from.day.dataset.day, over].sort();
  for (const one of document.querySelectorAll(`calendar-view ${from.kind}`))
    one.classList.toggle("is-chosen", one.dataset.day >= from.days[0] && one.dataset.day <= from.days[1]);
});

document.addEventListener("pointerup", () => {
  if (!from) return;
  const { kind, day, step, range, days } = from;
  clear();
  if (kind === ".week__day") {
    // a click means the half hour under it, for an hour
    const [first, last] = range ?? [step - (step % 2), Math.min(step - (step % 2) + 4, STEPS)];
    create({ day: day.dataset.day, begins: clock(first), ends: clock(last) });
  } else {
    create({ day: days?.[0] ?? day.dataset.day, last: days?.[1] ?? day.dataset.day, ...(kind === ".month__day" && !days ? usual() : {}) });
  }
});

// A day of the month that was clicked: the hours that a new event has here.
const usual = () => ({ begins: document.getElementById("new-event").dataset.begins, ends: document.getElementById("new-event").dataset.ends });

document.addEventListener("pointercancel", clear);
