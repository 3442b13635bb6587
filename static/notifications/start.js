// The bells of the page count what is new as it is now, and the service worker is let in.
import { listen } from "shell/live";

const GATHER = 300;
const COUNT = "/notifications/count/";
const status = Object.assign(document.createElement("p"), { className: "unseen", role: "status" });
let known = Number.parseInt(document.querySelector("[data-bell] .badge")?.textContent ?? "0", 10);
let timer = 0;

function soon() {
  clearTimeout(timer);
  timer = setTimeout(count, GATHER);
}

async function count() {
  const answer = await fetch(COUNT, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { count: fresh, shown, label, waits } = await answer.json();
  keep(waits);
  rail(waits);
  for (const bell of document.querySelectorAll("[data-bell]")) draw(bell, shown, label);
  const more = document.querySelector("[data-bell-more]");
  if (more && fresh > known) more.hidden = false;
  if (fresh !== known) status.textContent = fresh ? label : "";
  known = fresh;
  if (fresh) navigator.setAppBadge?.(fresh).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

function draw(bell, shown, label) {
  if (label) bell.setAttribute("aria-label", label);
  let badge = bell.querySelector(".badge");
  if (!shown) return badge?.remove();
  if (!badge) bell.append((badge = Object.assign(document.createElement("span"), { className: "badge" })));
  badge.textContent = shown;
  return undefined;
}

// What waits in apps, on the rail; a page that counts by itself does so. What was known a moment ago is drawn at once.
const LATELY = 60_000;

function rail(waits) {
  if (document.querySelector("[data-counts]")) return;
  for (const [key, number] of Object.entries(waits)) {
    for (const entry of document.querySelectorAll(`.rail > [data-go="${CSS.escape(key)}"]`)) draw(entry, number ? String(Math.min(number, 999)) : "");
  }
}

function keep(waits) {
  try {
    sessionStorage.setItem(`waits:${me}`, JSON.stringify({ at: Date.now(), waits }));
  } catch {
    // a device that keeps nothing asks on every page
  }
}

function kept() {
  try {
    const { at, waits } = JSON.parse(sessionStorage.getItem(`waits:${me}`) ?? "{}");
    rail(waits ?? {});
    return Date.now() - at < LATELY;
  } catch {
    return false;
  }
}

const { me } = document.body.dataset;
if (me) {
  document.body.append(status);
  if (!kept()) soon();
  listen(`user:${me}`, null, (event) => event.kind === "notification" && soon());
  // the page was drawn a moment ago; what came while a connection was lost is in the count
  document.addEventListener("live:back", () => document.addEventListener("live:back", soon), { once: true });
  // only where the browser allows it: https, or this very machine
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
}
