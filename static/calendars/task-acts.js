// Do something to a task and draw the list again where it stands: what is focused and scrolled stays.
import { toast } from "shell/toast-stack";
import { Problem, send } from "shell/http";
import { inTurn } from "shell/redraw";

const HELD = ["task-list .is-held", "task-list .task__select:checked", "task-list details[open]"].join();

let busy = false;
let late = false;

// Others changed something: it is drawn again, once nothing is held, chosen or open.
export function hear() {
  late = isHeld();
  if (!late) inTurn(act, () => draw({ gently: true }));
}

function isHeld() {
  return busy || Boolean(document.querySelector(HELD));
}

export const lookAgain = () => late && setTimeout(hear);

// Resolves with whether it was done.
export async function act(address, body) {
  if (busy) return false; // what is shown is not yet what was kept: the next key comes too soon
  busy = true;
  try {
    const answer = await (await send(address, body)).json();
    await refresh();
    if (answer.toast) toast(answer.toast);
    document.dispatchEvent(new CustomEvent("tasks:done"));
    return true;
  } catch (problem) {
    await refresh();
    if (!(problem instanceof Problem)) throw problem;
    refuse(problem.message);
    return false;
  } finally {
    busy = false;
    lookAgain();
  }
}

export function fields(values) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}

// Resolves when the list stands as asked, or as asked by somebody later.
export const refresh = () => inTurn(act, () => draw());

// `gently`: not under a hand that took something meanwhile.
async function draw({ gently = false } = {}) {
  late = false; // the answer has all that was heard until now
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) return location.reload();
  // its rules of style bear the nonce of another page, and this one has them already
  const text = (await answer.text()).replace(/<style\b[^>]*>[^<]*<\/style>/g, "");
  if (gently && isHeld()) {
    late = true;
    return undefined;
  }
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const rows = fresh.querySelector("task-list [data-rows]");
  const shown = document.querySelector("task-list [data-rows]");
  if (!rows || !shown) return location.reload();
  const focused = document.activeElement?.closest(".task");
  const part = focused && ["[data-open]", ".task__tick", ".task__menu"].find((one) => document.activeElement.matches(one));
  const next = focused?.nextElementSibling?.id ?? focused?.previousElementSibling?.id;
  shown.replaceWith(document.adoptNode(rows));
  document.querySelector("task-list")?.drawn?.();
  // the column counts what waits
  const column = fresh.querySelector("#places");
  const places = document.querySelector("#places");
  if (column && places && !places.contains(document.activeElement)) places.replaceChildren(...document.adoptNode(column).childNodes);
  if (!focused || document.activeElement !== document.body) return undefined;
  const again = document.getElementById(focused.id) ?? (next && document.getElementById(next));
  (again?.querySelector(part ?? "[data-open]") ?? document.getElementById("task-line"))?.focus();
  return undefined;
}

export function refuse(text) {
  const banner = document.getElementById("notice-template").content.firstElementChild.cloneNode(true);
  banner.querySelector("span").textContent = text;
  document.getElementById("notice").replaceChildren(banner);
}
