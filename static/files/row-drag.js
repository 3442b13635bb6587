// Things dragged onto a folder of the list, of the path, or onto a place of the column: moved there, with Ctrl copied.
// The menu does the same.
import { allowed, idOf, maskOf } from "files/selection";
import { put } from "files/things";

const KIND = "application/x-collab-things";
const TARGETS = "#listing tr[data-folder], .crumbs a[data-into], .places a[data-into], .places a.place[href*='/files/@']";

export function bindDrag(list, signal) {
  let dragged = [];

  list.addEventListener("pointerover", ({ target, pointerType }) => {
    const row = target.closest("tr[data-mask]");
    if (row) row.draggable = pointerType === "mouse" && !row.querySelector(".files__inline");
  }, { signal });

  list.addEventListener("dragstart", (event) => {
    const row = event.target.closest("tr[data-mask]");
    if (!row) return;
    dragged = list.selection.subjects(row);
    event.dataTransfer.setData(KIND, dragged.map(idOf).join(","));
    event.dataTransfer.effectAllowed = dragged.every((one) => allowed("move", maskOf(one))) ? "copyMove" : "copy";
    for (const one of dragged) one.classList.add("is-dragged");
  }, { signal });

  list.addEventListener("dragend", () => {
    for (const one of document.querySelectorAll(".is-dragged, .is-target")) one.classList.remove("is-dragged", "is-target");
    dragged = [];
  }, { signal });

  document.addEventListener("dragover", (event) => {
    const target = targetOf(event, dragged);
    for (const one of document.querySelectorAll(".is-target")) if (one !== target) one.classList.remove("is-target");
    if (!target) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = event.ctrlKey ? "copy" : "move";
    target.classList.add("is-target");
  }, { signal });

  document.addEventListener("drop", (event) => {
    const target = targetOf(event, dragged);
    if (!target) return;
    event.preventDefault();
    put(event.ctrlKey ? "copy" : "move", dragged.map(idOf), intoOf(target));
  }, { signal });
}

function targetOf(event, dragged) {
  if (!dragged.length || !event.dataTransfer.types.includes(KIND)) return null;
  const target = event.target.closest?.(TARGETS);
  return target && !dragged.includes(target) ? target : null;
}

// A place of the column is known by its name in the address.
function intoOf(target) {
  return target.dataset.into ?? (target.matches("tr") ? idOf(target) : decodeURIComponent(target.pathname.match(/@[^/]+/)[0]));
}
