// Keys of the page: `g` then a letter goes to an app, [data-key] elements answer to theirs, Escape closes the nearest layer.
import { open } from "shell/dialogs";

const FIELDS = "input, textarea, select, [contenteditable], dialog[open]";
let waitsForApp = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return escape();
  if (event.target.closest(FIELDS) || document.body.dataset.keys === "off") return;
  const act = event.key.length === 1 ? target(event) : null;
  if (!act) return;
  event.preventDefault();
  act();
});

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
