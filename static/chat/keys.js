// Keys of a channel: to the ones before and after, and that all of it is read.
import { COLUMN } from "chat/column";

const LAYERS = "dialog[open], [role=menu], details[open], [role=listbox]:not([hidden]):not(dialog *), .message__editing, #panel[data-root]";

// Alt and an arrow: the channel before or after; with Shift the next in which something waits.
export function byKeys(event) {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const lines = [...document.querySelectorAll(COLUMN)];
  const at = lines.findIndex((one) => one.hasAttribute("aria-current"));
  const around = event.key === "ArrowUp" ? lines.slice(0, Math.max(at, 0)).reverse() : lines.slice(at + 1);
  const next = around.find((one) => !event.shiftKey || one.classList.contains("is-unread"));
  if (!next) return;
  event.preventDefault();
  next.click();
}

// Escape with nothing open: all that is here is read.
export function escaped(event, page) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector(LAYERS) || location.hash === "#places") return;
  document.getElementById("new")?.remove();
  page.querySelector(".talk__jump")?.remove();
  if ("past" in page.dataset) location.assign(page.dataset.url);
  page.talk.toEnd();
  page.seen();
}
