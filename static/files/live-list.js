// The list and the panel keep up with others; nothing moves under the hand: then a pill says what waits.
import { refresh } from "files/refresh";
import { redraw } from "shell/redraw";

const waiting = new Set();
const pill = () => document.querySelector("[data-live-pill]");

// Someone is reading, choosing, dragging or writing in the list just now.
function busy(list) {
  const chosen = list.querySelector("tbody input:checked");
  const menu = list.querySelector("details[open], [aria-grabbed=true], .is-dragging, input:not([type=checkbox])");
  const pointed = matchMedia("(hover: hover)").matches && list.querySelector("tbody:hover");
  return Boolean(chosen || menu || pointed || document.activeElement?.closest("file-list tbody"));
}

function show() {
  const one = pill();
  if (!one) return;
  one.hidden = waiting.size === 0;
  one.textContent = waiting.size === 1 ? one.dataset.one : one.dataset.many.replace("#", waiting.size);
}

async function draw() {
  if (!document.getElementById("listing")) return location.reload();
  const asked = [...waiting];
  waiting.clear();
  show();
  try {
    await refresh();
  } catch {
    for (const one of asked) waiting.add(one); // the net is gone: the pill says what waits
    show();
  }
  return undefined;
}

function changed(events) {
  const list = document.querySelector("file-list");
  if (!list) return;
  for (const { ref, kind } of events) waiting.add(ref || kind);
  if (busy(list)) show();
  else draw();
}

// What is said about a thing changes nothing in the list, and the panel hears of it by itself.
const talk = ({ kind }) => /^(comment|mention|resolve|reopen|react)/.test(kind ?? "");

// The thing in the panel changed: it is drawn anew, unless somebody is writing there.
function panelChanged(events) {
  const panel = document.getElementById("panel");
  const { id, sharing } = panel?.dataset ?? {};
  if (!id || panel.hidden || sharing || panel.contains(document.activeElement)) return;
  if (events.some(({ ref, kind }) => ref === `node:${id}` || kind === "reset"))
    redraw("#panel", location.pathname + location.search);
}

document.addEventListener("live:change", ({ target, detail }) => {
  if (!target.closest("#listing, [data-live-page]")) return;
  if (target.closest("[data-live-page]")) {
    for (const { ref, kind } of detail) waiting.add(ref || kind);
    show();
  } else {
    const panel = document.getElementById("panel");
    const events = detail.filter((one) => !talk(one));
    if (events.length) changed(events);
    panelChanged(panel?.querySelector("live-comments") ? events : detail);
  }
});

// The folder itself was lost: the page says so. One of many places was: the list is drawn without it.
document.addEventListener("live:lost", ({ target, detail }) => {
  const template = document.getElementById("live-lost");
  const listing = target.closest("#listing");
  if (!template || !listing) return;
  if (detail.topic !== `node:${listing.dataset.folder}`) {
    if (detail.kind === "lost") changed([{ ref: detail.topic, kind: "lost" }]);
    return;
  }
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  document.getElementById("panel")?.replaceChildren();
  document.getElementById("main").replaceChildren(template.content.cloneNode(true));
  document.title = document.querySelector("#main h1").textContent;
});

document.addEventListener("click", (event) => event.target.closest("[data-live-pill]") && draw());
document.addEventListener("focusout", () => setTimeout(settle));
document.addEventListener("pointerout", ({ relatedTarget }) => relatedTarget?.closest?.("#listing") || setTimeout(settle, 400));

function settle() {
  const list = document.querySelector("file-list");
  if (waiting.size && list && !busy(list)) draw();
}
