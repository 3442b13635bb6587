// The rest of the list, a thousand rows at a time: who goes to its end, or chooses all of it, means all of it.

const AT_ONCE = 1000;
const MOST = 60;

export async function whole(list) {
  for (let step = 0; step < MOST; step += 1) {
    const more = list.querySelector(".files__more");
    const link = more?.querySelector("a");
    if (!link) return true;
    const url = new URL(link.getAttribute("hx-get"), location.href);
    url.searchParams.set("rows", AT_ONCE);
    await window.htmx.ajax("GET", url.pathname + url.search, { target: more, swap: "outerHTML" });
    if (more.isConnected) return false; // refused, or away: what is there stays
  }
  return false;
}
