// Keys of the page: Ctrl K goes anywhere, `g` then a letter goes to an app, [data-key] elements answer to theirs, Escape closes the nearest layer.
import { open } from "shell/dialogs";

const FIELDS = "input, textarea, select, [contenteditable], dialog[open]";
let waitsForApp = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() === "k" && !event.shiftKey) go(event);
    return;
  }
  if (event.key === "Escape") return escape();
  if (event.target.closest(FIELDS) || document.body.dataset.keys === "off") return;
  const act = event.key.length === 1 ? target(event) : null;
  if (!act) return;
  event.preventDefault();
  act();
});

function go(event) {
  const dialog = document.getElementById("go");
  if (!dialog || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  open(dialog);
}

function target({ key, timeStamp }) {
  if (key === "g") {
    waitsForApp = timeStamp + 1_500;
    return null;
  }
  if (timeStamp < waitsForApp) {
    waitsForApp = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    return link && (() => link.click());
  }
  if (key === "?") return () => open(document.getElementById("keys"));
  const thing = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.offsetParent);
  return thing && (() => (thing.matches("input, textarea") ? thing.focus() : thing.click()));
}

// Dialogs and popovers close themselves; then the drawer of places, then the panel.
function escape() {
  if (location.hash === "#places") location.hash = "#main";
  else document.querySelector("[data-escape]")?.click();
}
