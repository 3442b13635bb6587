// The column of channels: what is new in others, who is here of those with whom one talks.

import { alone } from "chat/ephemeral";
import { drawLobby } from "chat/lobby";
import { elements } from "chat/talk";

export const COLUMN = "#channels [data-channel]";

// Something was said in a channel that the page does not show.
function news(channel) {
  const line = document.querySelector(`${COLUMN}[data-channel="${channel}"]`);
  if (!line) return drawColumn();
  if (line.classList.contains("is-muted")) return undefined;
  const first = !line.classList.contains("is-unread");
  line.classList.add("is-unread");
  if ("between" in line.dataset) {
    const badge = line.querySelector("[data-badge]");
    badge.textContent = Number(badge.textContent) + 1;
    badge.hidden = false;
  }
  const status = document.querySelector("[data-elsewhere]");
  if (first && status) status.textContent = status.dataset.text.replace("NAME", line.querySelector(".place__name").textContent.trim());
  return count();
}

// What is said to this person, in the title of the tab and on the rail.
export function count() {
  const badges = [...document.querySelectorAll(`${COLUMN} [data-badge]:not([hidden])`)];
  const total = badges.reduce((sum, badge) => sum + Number(badge.textContent), 0);
  document.title = document.title.replace(/^\(\d+\) /, "");
  if (total) document.title = `(${total}) ${document.title}`;
  const rail = document.querySelector(".rail [data-go=c]");
  if (!rail) return;
  const badge = rail.querySelector(".badge") ?? rail.appendChild(Object.assign(document.createElement("span"), { className: "badge" }));
  badge.textContent = total;
  badge.hidden = !total;
  try {
    const me = document.body.dataset.me;
    sessionStorage.setItem(`waits:${me}`, JSON.stringify({ at: Date.now(), waits: { c: total } }));
  } catch {
    // then the next page asks
  }
}

async function drawColumn() {
  const column = document.getElementById("channels");
  const answer = await fetch(column.dataset.src).catch(() => null);
  if (!answer?.ok) return;
  column.replaceWith(...elements(await answer.text()));
  count();
}

// Who of those with whom one talks is here: {id: {state, word, says}}.
function people(told) {
  for (const [pk, { state, word, says }] of Object.entries(told)) {
    for (const one of document.querySelectorAll(`[data-person="${pk}"]`)) {
      one.dataset.state = state;
      one.querySelector("[data-word]").textContent = word;
    }
    for (const one of document.querySelectorAll(`[data-says="${pk}"]`)) one.textContent = "whole" in one.dataset ? says : says.split(" ")[0];
  }
}

// What a page hears besides its own channel.
export function aside(frame) {
  if (frame.news) news(frame.news.channel);
  else if (frame.column) drawColumn();
  else if (frame.lobby) drawLobby();
  else if (frame.people) people(frame.people);
  else if (frame.ephemeral) alone(frame.ephemeral);
}
