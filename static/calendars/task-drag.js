// A task is dragged to another place of its list, or into another column; the menu of the row and Alt with the arrows
// do the same.
import { act, fields } from "calendars/task-acts";

const FAR = 6;
let held = null;
let dropped = 0;

const taskAt = (x, y) => document.elementFromPoint(x, y)?.closest(".task[data-task]");

document.addEventListener("pointerdown", (event) => {
  const task = event.target.closest("task-list .task[data-task]");
  if (!task || event.button || event.pointerType === "touch" || event.target.closest("button, input, summary, .popover")) return;
  const lanes = Boolean(task.closest("[data-lane]"));
  if (!lanes && !task.closest("task-list[data-sorts]")) return;
  held = { task, lanes, x: event.clientX, y: event.clientY };
});

document.addEventListener("dragstart", (event) => event.target.closest?.("task-list .task") && event.preventDefault());

document.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
  held.moved = true;
  held.task.classList.add("is-held");
  unmark();
  if (held.lanes) {
    held.to = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-lane]");
    held.to?.classList.add("is-target");
    return;
  }
  const over = taskAt(event.clientX, event.clientY);
  held.before = undefined;
  // among those beside it: what lies deeper is put there by the menu or the keys
  if (!over || over === held.task || over.parentElement !== held.task.parentElement) return;
  const box = over.getBoundingClientRect();
  const after = event.clientY > box.top + box.height / 2;
  over.classList.add(after ? "is-after" : "is-before");
  held.before = after ? over.nextElementSibling : over;
  if (held.before === held.task) held.before = held.task.nextElementSibling;
});

function unmark() {
  for (const one of document.querySelectorAll(".is-target, .is-before, .is-after")) one.classList.remove("is-target", "is-before", "is-after");
}

function end() {
  unmark();
  held?.task.classList.remove("is-held");
  held = null;
}

document.addEventListener("pointerup", () => {
  if (!held) return;
  const { task, lanes, moved, to, before } = held;
  end();
  if (!moved) return;
  dropped = Date.now();
  const { etag, task: id } = task.dataset;
  if (lanes && to && to !== task.closest("[data-lane]")) act(`/calendars/tasks/${id}/status/`, fields({ etag, status: to.dataset.lane }));
  if (!lanes && before !== undefined) act(`/calendars/tasks/${id}/move/`, fields({ etag, before: before?.dataset.task ?? 0 }));
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && held && end());

// What was dragged is not opened.
document.addEventListener("click", (event) => {
  if (event.target.closest("task-list .task") && Date.now() - dropped < 300) event.preventDefault();
}, true);
