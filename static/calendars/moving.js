// An event is dragged to other hours or days, its lower edge makes it longer; Alt and the arrows do the same by keyboard.
// A finger lifts it by a long press: a short one opens it, a moving one scrolls.
import { dayAt, stepAt } from "calendars/drawing-in";
import { act } from "calendars/refresh";

const QUARTER = 15;
const FAR = 6;
const DAY = 24 * 60;
const PRESS = 450;
const EDGE = { mouse: 8, pen: 12, touch: 18 };
let held = null;
let pressing = null;
let moved = 0;

const days = (first, last) => Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000);

// Of a series it is asked which are meant; resolves with “one”, “following”, “all”, or "" to leave all as it was.
function asked(event) {
  const dialog = document.getElementById("which-times");
  if (!event.dataset.at) return Promise.resolve("all");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue), { once: true }));
}

async function move(event, away) {
  if (!away.days && !away.minutes && !away.longer) return;
  const scope = await asked(event);
  if (!scope) return void reset(event);
  await act(`/calendars/events/${event.dataset.change}/move/`, { at: event.dataset.at, etag: event.dataset.etag, scope, ...away });
}

function reset(event) {
  event.classList.remove("is-held", "is-target");
  for (const name of ["translate", "block-size"]) event.style.removeProperty(name);
  for (const one of document.querySelectorAll(".is-target")) one.classList.remove("is-target");
}

document.addEventListener("pointerdown", (event) => {
  const one = event.target.closest("[data-change]");
  if (!one || event.button) return;
  if (event.pointerType !== "touch") return take(one, event);
  const { clientX, clientY, pointerType } = event;
  const lift = () => {
    pressing = null;
    take(one, { clientX, clientY, pointerType });
    if (!held) return;
    held.touch = held.moved = true;
    one.classList.add("is-held");
    navigator.vibrate?.(15);
  };
  pressing = { one, x: clientX, y: clientY, timer: setTimeout(lift, PRESS) };
});

function take(one, { clientX, clientY, pointerType }) {
  const box = one.getBoundingClientRect();
  const day = dayAt({ clientX, clientY }, ".week__day, .month__day, .band__day");
  if (!day) return;
  const timed = Boolean(one.closest(".week__day"));
  const edge = timed && clientY > box.bottom - Math.min(EDGE[pointerType] ?? EDGE.mouse, box.height / 3);
  held = { one, day, timed, x: clientX, y: clientY, edge, height: box.height };
}

function release() {
  clearTimeout(pressing?.timer);
  pressing = null;
}

// The page must not scroll below a finger that has lifted something, nor a menu of the link open.
document.addEventListener("touchmove", (event) => held?.touch && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => {
  if (held?.touch || (pressing && event.target.closest("[data-change]"))) event.preventDefault();
});

document.addEventListener("dragstart", (event) => event.target.closest?.("[data-change]") && event.preventDefault());

document.addEventListener("pointermove", (event) => {
  if (pressing && Math.hypot(event.clientX - pressing.x, event.clientY - pressing.y) > FAR) release();
  if (!held) return;
  if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
  held.moved = true;
  held.one.classList.add("is-held");
  const over = dayAt(event, held.timed ? ".week__day" : ".month__day, .band__day") ?? held.day;
  const steps = held.timed ? stepAt(held.day, event.clientY) - stepAt(held.day, held.y) : 0;
  const step = held.day.getBoundingClientRect().height / (DAY / QUARTER);
  held.away = held.edge ? { longer: steps * QUARTER } : { days: days(held.day.dataset.day, over.dataset.day), minutes: steps * QUARTER };
  if (held.edge) held.one.style.setProperty("block-size", `${Math.max(step, held.height + steps * step)}px`);
  else if (held.timed) held.one.style.setProperty("translate", `${over.getBoundingClientRect().left - held.day.getBoundingClientRect().left}px ${steps * step}px`);
  else for (const day of document.querySelectorAll("calendar-view [data-day]")) day.classList.toggle("is-target", day === over);
});

document.addEventListener("pointerup", () => {
  release();
  if (!held) return;
  const { one, away } = held;
  const did = held.moved;
  held = null;
  if (!did) return;
  moved = Date.now();
  if (away?.days || away?.minutes || away?.longer) move(one, away);
  else reset(one);
});

document.addEventListener("pointercancel", () => {
  release();
  if (held) reset(held.one);
  held = null;
});

// What was dragged is not opened.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-change]") && Date.now() - moved < 300) event.preventDefault();
}, true);

document.addEventListener("keydown", (event) => {
  const one = event.target.closest?.("[data-change]");
  if (event.key === "Escape" && held) {
    reset(held.one);
    held = null;
  }
  if (!one || !event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const timed = Boolean(one.closest(".week__day"));
  const away = {
    ArrowUp: timed ? { minutes: -QUARTER } : { days: -7 }, ArrowDown: timed ? { minutes: QUARTER } : { days: 7 },
    ArrowLeft: { days: -1 }, ArrowRight: { days: 1 },
  }[event.key];
  if (!away) return;
  event.preventDefault();
  const size = timed ? (away.minutes ?? 0) : (away.days ?? 0) * DAY;
  move(one, event.shiftKey ? { longer: size } : away);
});
