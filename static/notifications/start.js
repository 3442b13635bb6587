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
  const { count: fresh, shown, label } = await answer.json();
  for (const bell of document.querySelectorAll("[data-bell]")) draw(bell, shown, label);
  const more = document.querySelector("[data-bell-more]");
  if (more && fresh > known) more.hidden = false;
  if (fresh !== known) status.textContent = fresh ? label : "";
  known = fresh;
  if (fresh) navigator.setAppBadge?.(fresh).catch(() => {});
  else navigator.clearAppBadge?.().catch(() => {});
}

function draw(bell, shown, label) {
  bell.setAttribute("aria-label", label);
  let badge = bell.querySelector(".badge");
  if (!shown) return badge?.remove();
  if (!badge) bell.append((badge = Object.assign(document.createElement("span"), { className: "badge" })));
  badge.textContent = shown;
  return undefined;
}

const { me } = document.body.dataset;
if (me) {
  document.body.append(status);
  listen(`user:${me}`, null, (event) => event.kind === "notification" && soon());
  // the page was drawn a moment ago; what came while a connection was lost is in the count
  document.addEventListener("live:back", () => document.addEventListener("live:back", soon), { once: true });
  // only where the browser allows it: https, or this very machine
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
}
