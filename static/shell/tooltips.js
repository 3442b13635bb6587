// The name of a button that shows only an icon, the whole of a name cut short or of a date, after half a second.

import { written } from "shell/dates";

const AFTER = 500;
const NAMED = ".button--icon[aria-label], [data-tip], time[datetime]";
let timer;
let shown;

for (const name of ["pointerover", "focusin"]) document.addEventListener(name, (event) => wait(event), { passive: true });
for (const name of ["pointerout", "focusout", "pointerdown", "keydown"]) document.addEventListener(name, hide, { passive: true });

function wait(event) {
  hide();
  const thing = event.target.closest?.(NAMED);
  if (!thing || event.pointerType === "touch") return;
  timer = setTimeout(() => show(thing), AFTER);
}

function show(thing) {
  if (!thing.isConnected) return;
  const tip = document.createElement("span");
  tip.className = "tooltip";
  tip.setAttribute("aria-hidden", "true");
  tip.textContent = thing.dataset.tip ?? thing.getAttribute("aria-label") ?? date(thing.dateTime);
  (thing.closest("dialog[open]") ?? document.body).append(tip);
  // The top layer keeps it above dialogs; older browsers show it where it was appended.
  if (tip.showPopover) {
    tip.popover = "manual";
    tip.showPopover();
  }
  const box = thing.getBoundingClientRect();
  const start = Math.min(Math.max(4, box.left + box.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 4);
  const below = box.bottom + tip.offsetHeight + 8 < innerHeight;
  tip.style.setProperty("left", `${start}px`);
  tip.style.setProperty("top", `${below ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`);
  shown = tip;
}

// “2026-11-26T06:04+01:00” in full, in the language of the page.
function date(text) {
  const clock = text.includes("T") ? { timeStyle: "short" } : { timeZone: "UTC" };
  return written(new Date(text), { dateStyle: "long", ...clock });
}

function hide() {
  clearTimeout(timer);
  shown?.remove();
  shown = undefined;
}
