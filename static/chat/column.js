// The column of channels: what is new in others, and going from one to the next by keys.

import { elements } from "chat/talk";

const COLUMN = "#channels [data-channel]";

// Something was said in a channel that the page does not show.
export function news(channel) {
  const line = document.querySelector(`${COLUMN}[data-channel="${channel}"]`);
  if (!line) return drawColumn();
  if (line.classList.contains("is-muted")) return undefined;
  line.classList.add("is-unread");
  if ("between" in line.dataset) {
    const badge = line.querySelector("[data-badge]");
    badge.textContent = Number(badge.textContent) + 1;
    badge.hidden = false;
  }
  return undefined;
}

export async function drawColumn() {
  const column = document.getElementById("channels");
  const answer = await fetch(column.dataset.src).catch(() => null);
  if (!answer?.ok) return;
  column.replaceWith(...elements(await answer.text()));
}

// Alt and an arrow: the channel before or after.
export function byKeys(event) {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  const lines = [...document.querySelectorAll(COLUMN)];
  const at = lines.findIndex((one) => one.hasAttribute("aria-current"));
  const next = lines[at + (event.key === "ArrowUp" ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.click();
}
