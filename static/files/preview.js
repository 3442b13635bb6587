// Pictures of files that are still being made: asked for again, a little later each time, until they are there or it is
// known that there can be none. Until then a clear picture of one point lets the sign of the kind below it be seen.
const WAITS = [1, 2, 3, 5, 8, 13, 20, 30, 60]; // seconds
const tries = new WeakMap();

function look(picture) {
  if (!picture.complete) return;
  if (picture.naturalWidth > 1) picture.parentElement.classList.add("is-drawn");
  else if (picture.naturalWidth === 1) later(picture);
}

function later(picture) {
  const count = tries.get(picture) ?? 0;
  if (count >= WAITS.length) return;
  tries.set(picture, count + 1);
  setTimeout(() => ask(picture), WAITS[count] * 1000 * (0.75 + Math.random() / 2));
}

async function ask(picture) {
  if (!picture.isConnected) return;
  // another address each time: browsers show again what an address gave before
  const address = new URL(picture.src);
  address.searchParams.set("try", tries.get(picture));
  const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
  answer?.body?.cancel(); // an answer that nobody reads would stay open
  if (!answer || answer.status === 202) later(picture);
  else if (answer.ok) picture.src = address;
}

const seen = (event) => event.target instanceof HTMLImageElement && "preview" in event.target.dataset && look(event.target);
document.addEventListener("load", seen, true);
document.querySelectorAll("[data-preview]").forEach(look);
