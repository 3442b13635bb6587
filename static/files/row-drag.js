// Rows dragged onto a folder of the list or of the path: moved there, with Ctrl copied. The menu does the same.
import { address } from "files/addresses";
import { refresh } from "files/refresh";
import { allowed, idOf, maskOf } from "files/selection";
import { clear, pick, refuse } from "files/things";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

const KIND = "application/x-collab-things";
const TARGETS = "tr[data-folder], .crumbs a[data-into]";

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
    put(event.ctrlKey ? "copy" : "move", dragged.map(idOf), target.dataset.into ?? idOf(target));
  }, { signal });
}

function targetOf(event, dragged) {
  if (!dragged.length || !event.dataTransfer.types.includes(KIND)) return null;
  const target = event.target.closest?.(TARGETS);
  return target && !dragged.includes(target) ? target : null;
}

async function put(verb, ids, into) {
  const body = new FormData();
  for (const id of ids) body.append("id", id);
  body.set("into", into);
  try {
    const data = await (await send(address(verb), body)).json();
    clear();
    if (data.toast) toast(data.toast);
    await refresh();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    if (problem.status === 409) pick(verb, ids, { into, ask: true });
    else refuse(problem.message);
  }
}
