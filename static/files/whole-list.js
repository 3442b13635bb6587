// The rest of the list, a thousand rows at a time: who goes to its end, or chooses all of it, means all of it.

const AT_ONCE = 1000;
const MOST = 60;
const ended = new WeakMap(); // lists that are being filled, with the promise of their end

export function whole(list) {
  if (!ended.has(list)) ended.set(list, fill(list).finally(() => ended.delete(list)));
  return ended.get(list);
}

async function fill(list) {
  const own = new AbortController();
  // what would come by scrolling comes by this; what is under way already is waited for
  list.addEventListener("htmx:beforeRequest", (event) => event.target.closest(".files__more") && event.preventDefault(), own);
  try {
    if (list.querySelector(".files__more .htmx-request")) await new Promise((done) => list.addEventListener("htmx:afterSettle", done, { once: true }));
    for (let step = 0; step < MOST && (await next(list)); step += 1);
  } finally {
    own.abort();
    document.dispatchEvent(new CustomEvent("files:drawn"));
  }
}

async function next(list) {
  const more = list.querySelector(".files__more");
  if (!more) return false;
  const url = new URL(more.querySelector("a").getAttribute("hx-get"), location.href);
  url.searchParams.set("rows", AT_ONCE);
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return false; // away, or signed out: what is there stays
  const page = new DOMParser().parseFromString(`<table>${await answer.text()}</table>`, "text/html");
  const parts = [...page.querySelectorAll("tbody")];
  more.closest("tbody").replaceWith(...parts);
  if (parts.at(-1)?.querySelector(".files__more")) window.htmx.process(parts.at(-1));
  return parts.length > 0;
}
