// Keys of a channel: to the ones before and after, on a message, in its menu, and that all of it is read.
import { COLUMN } from "chat/column";
import { pick } from "chat/emoji-picker";
import { open } from "chat/thread";

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

const FIELDS = "input, textarea, select, [contenteditable], dialog[open], [role=menu], .emoji-picker";

// On a message: `r` answers in its thread, `e` puts a sign under it.
export function lettered(event, page) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const message = document.body.dataset.keys !== "off" && !event.target.closest(FIELDS) && event.target.closest(".message[data-id]");
  if (!message) return;
  const { id } = message.dataset;
  if (event.key === "r" && !message.closest("#panel")) {
    event.preventDefault();
    open(page, `${page.dataset.url}?thread=${id}`);
  } else if (event.key === "e" && "reacts" in page.dataset && !message.classList.contains("is-gone")) {
    event.preventDefault();
    pick(message.querySelector("[data-more]"), (sign) => page.menu.react(id, sign, false));
  }
}

// Arrows in the menu of a message: along its signs, then down its lines.
export function along(event, menu) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
  if (!menu || !step) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("button")];
  const signs = menu.querySelectorAll(".reactions button").length;
  const at = items.indexOf(document.activeElement);
  const from = event.key === "ArrowDown" && at < signs ? signs - 1 : at;
  items[Math.max(0, Math.min(items.length - 1, from + step))].focus();
}
