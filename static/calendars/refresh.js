// Draw the grid again from the server, where it stands: what is scrolled and focused stays.
import { toast } from "shell/toast-stack";
import { Problem, send } from "shell/http";
import { inTurn } from "shell/redraw";

const sheet = new CSSStyleSheet();
let late = false;

// Resolves when the grid stands as asked, or as asked by somebody later.
export const refresh = () => inTurn(sheet, () => draw());

// `gently`: not under a hand that took something meanwhile.
async function draw({ gently = false } = {}) {
  late = false; // the answer has all that was heard until now
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) return location.reload();
  // the places come as rules of style; the nonce of that answer is not that of this page, so they come another way
  let rules = "";
  const text = (await answer.text()).replace(/<style\b[^>]*\bdata-places>([^<]*)<\/style>/, (_all, found) => ((rules = found), ""));
  if (gently && isHeld()) {
    late = true;
    return undefined;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const grid = fresh.querySelector("calendar-view");
  const shown = document.querySelector("calendar-view");
  if (!grid || !shown) return location.reload();
  const focused = document.activeElement?.closest("[data-event]")?.getAttribute("href");
  const scroll = shown.querySelector("[data-scroll]")?.scrollTop;
  sheet.replaceSync(rules);
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.querySelector("style[data-places]")?.remove();
  shown.replaceWith(document.adoptNode(grid));
  const scrolled = document.querySelector("calendar-view [data-scroll]");
  if (scrolled && scroll !== undefined) scrolled.scrollTop = scroll;
  if (focused) document.querySelector(`[data-event][href="${CSS.escape(focused)}"]`)?.focus();
  return undefined;
}

// Do something to an event and say what was done; a refusal is said above the page.
let busy = false;

export async function act(address, fields) {
  if (busy) return; // what is shown is not yet what was kept: the next key comes too soon
  busy = true;
  try {
    await told(address, fields);
  } finally {
    busy = false;
    if (late) hear();
  }
}

async function told(address, fields) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  try {
    const answer = await (await send(address, data)).json();
    await refresh();
    if (answer.toast) toast(answer.toast);
  } catch (problem) {
    await refresh();
    if (!(problem instanceof Problem)) throw problem;
    refuse(problem.message);
  }
}

function refuse(text) {
  const banner = document.getElementById("notice-template").content.firstElementChild.cloneNode(true);
  banner.querySelector("span").textContent = text;
  document.getElementById("notice").replaceChildren(banner);
}

// Others changed something here: it is drawn again, once no dialog is open and nothing is held.
const OURS = /^(event|calendar)-|^(share|unshare|expire|restrict|inherit|reset|lost)$/;

function isHeld() {
  return Boolean(busy || document.querySelector("dialog[open], .is-held, .ghost"));
}

function hear() {
  late = isHeld();
  if (!late) inTurn(sheet, () => draw({ gently: true }));
}

document.addEventListener("live:change", ({ detail }) => detail.some(({ kind }) => OURS.test(kind ?? "")) && hear());
document.addEventListener("close", () => late && setTimeout(hear), true);

document.addEventListener("collab:undone", (event) => {
  if (!document.querySelector("calendar-view")) return;
  event.preventDefault();
  refresh();
});
