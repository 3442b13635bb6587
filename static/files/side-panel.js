// One thing beside the list, in the address: opened by its row, closed by Escape, Back or the cross.
import { address } from "files/addresses";
import { refresh } from "files/refresh";
import { tell } from "files/things";
import { redraw } from "shell/redraw";

const panel = () => document.getElementById("panel");

function opened(url) {
  return new URL(url, location.href).searchParams.get("open");
}

async function show(url) {
  await redraw("#panel", url);
  mark();
  panel()?.querySelector(".head a")?.focus({ preventScroll: true });
}

// Who has access, and giving it: beside the list where there is room, a page of its own on a phone.
async function share(url, id) {
  if (matchMedia("(max-width: 47.99rem)").matches) return location.assign(url);
  if (!history.state?.panel) history.pushState({ panel: true }, ""); // Back closes
  await redraw("#panel", url);
  panel().dataset.id = id;
  panel().dataset.sharing = url;
  mark();
  return (panel().querySelector("#share-who") ?? panel().querySelector(".head a"))?.focus({ preventScroll: true });
}

function close() {
  const { id } = panel().dataset;
  delete panel().dataset.sharing;
  panel().hidden = true;
  panel().replaceChildren();
  mark();
  document.getElementById(`node-${id}`)?.querySelector("a")?.focus();
}

// The row of what is open; the list may have been drawn again.
function mark() {
  const id = panel()?.hidden ? "" : panel()?.dataset.id;
  for (const row of document.querySelectorAll("#listing tr[data-mask]")) {
    if (row.id === `node-${id}`) row.setAttribute("aria-selected", "true");
    else row.removeAttribute("aria-selected");
  }
}

// The first thing opened is a step of its own, so that Back closes; the next ones replace it.
function go(url) {
  if (opened(location.href)) history.replaceState({ panel: true }, "", url);
  else history.pushState({ panel: true }, "", url);
  return show(url);
}

function leave() {
  const url = new URL(location.href);
  for (const name of ["open", "tab", "before"]) url.searchParams.delete(name);
  if (history.state?.panel) history.back();
  else history.replaceState(null, "", url);
  close();
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!panel()) return;
  const cross = event.target.closest("[data-close-panel]");
  const sharing = event.target.closest("a[data-share]");
  const link = event.target.closest("[data-panel], #listing a.item__title");
  if (cross) {
    event.preventDefault();
    leave();
  } else if (sharing) {
    event.preventDefault();
    share(sharing.href, sharing.dataset.share);
  } else if (link && opened(link.href)) {
    event.preventDefault();
    const url = new URL(location.href);
    for (const [name, value] of new URL(link.href).searchParams) url.searchParams.set(name, value);
    if (!new URL(link.href).searchParams.has("tab")) url.searchParams.delete("tab");
    go(url.pathname + url.search);
  }
});

document.addEventListener("files:open", ({ detail }) => {
  const url = new URL(location.href);
  url.searchParams.set("open", detail);
  go(url.pathname + url.search);
});

document.addEventListener("files:share", ({ detail }) => share(address("share", detail), detail));

// A change of rights, or its undoing, changes what the list says of who sees.
document.addEventListener("collab:shared", () => refresh());
document.addEventListener("collab:undone", () => {
  const { sharing, id } = panel()?.dataset ?? {};
  if (sharing) share(sharing, id);
  else if (id && !panel().hidden && !panel().querySelector("live-comments")) show(location.pathname + location.search);
});

// Labels that were chosen stand on the open thing too.
document.addEventListener("files:done", () => {
  if (panel()?.dataset.id && !panel().hidden && opened(location.href)) show(location.pathname + location.search);
});

document.addEventListener("files:gone", ({ detail }) => {
  if (panel() && detail.includes(Number(panel().dataset.id))) leave();
});

// Forms of the panel that change the thing: the panel and the list are drawn again.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("#panel form[data-send]");
  if (!form) return;
  event.preventDefault();
  if (!(await tell(form.action, Object.fromEntries(new FormData(form))))) return;
  await refresh();
  await show(location.pathname + location.search);
});

addEventListener("popstate", () => {
  if (!panel()) return;
  if (opened(location.href)) show(location.pathname + location.search);
  else if (!panel().hidden) close();
});

document.addEventListener("files:drawn", mark);
mark();
