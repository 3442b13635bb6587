// The page for no connection: it tries again by itself, when the device says it is back and every few seconds.
const EVERY = 10_000;

async function attempt() {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

addEventListener("online", attempt);
setInterval(attempt, EVERY);
document.querySelector("[data-again]")?.addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});
