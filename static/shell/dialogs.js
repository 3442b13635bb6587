// Dialogs: [data-dialog="id"] opens one, [data-close] or a click beside closes it, <dialog data-open> opens itself.
// What few people open lies in a <template> until then; what a dialog needs besides (data-module) is loaded then.

export function open(dialog) {
  if (dialog.open) return;
  const folded = dialog.querySelector(".dialog__body > template");
  if (folded) folded.replaceWith(folded.content);
  if (dialog.dataset.module) import(dialog.dataset.module);
  dialog.showModal();
  const field = dialog.querySelector("[autofocus], .dialog__body input:not([type=hidden]), .dialog__body textarea, .dialog__body select");
  field?.focus();
  if (field?.matches("input[type=text], input:not([type])")) field.select();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const wanted = opener && document.getElementById(opener.dataset.dialog);
  if (wanted) {
    event.preventDefault();
    open(wanted);
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  else if (event.target instanceof HTMLDialogElement && beside(event)) event.target.close();
});

// A click on the veil reaches the dialog itself, outside its box.
function beside({ target, clientX, clientY, detail }) {
  const box = target.getBoundingClientRect();
  return detail > 0 && (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom);
}

function openWaiting(root) {
  if (root.matches?.("dialog[data-open]")) open(root);
  for (const dialog of root.querySelectorAll?.("dialog[data-open]") ?? []) open(dialog);
}

document.addEventListener("htmx:load", (event) => openWaiting(event.detail.elt));
openWaiting(document);

// Openers that need this script stay hidden until it runs.
for (const opener of document.querySelectorAll("button[data-dialog][hidden]")) opener.hidden = false;
