// The dialog in which one walks to files that lie here already: its links lead on within it, its boxes are taken along.
import { elements, fragment } from "chat/talk";

const PAUSE = 250;
const dialog = document.getElementById("chooser");
const chosen = new Set();
let pause = 0;
let turn = 0;
let done = () => {};

// Show it; `take` is told the ids of what was chosen.
export async function choose(take) {
  done = take;
  chosen.clear();
  await draw(dialog.dataset.src);
  if (!dialog.childElementCount) return;
  dialog.showModal();
  dialog.querySelector("[type=search]").focus();
}

async function draw(address, { keep } = {}) {
  const mine = ++turn;
  const answer = await fragment(address);
  if (!answer?.ok || mine !== turn) return;
  const field = keep && dialog.querySelector("[type=search]");
  dialog.replaceChildren(...elements(await answer.text()));
  const { value } = dialog.querySelector("[type=search]");
  if (field) {
    dialog.querySelector("[type=search]").replaceWith(field);
    field.focus();
    if (field.value.trim() !== value) search(field.form);
  } else (dialog.querySelector(".list :is([data-into], [name=file])") ?? dialog.querySelector("[data-into]"))?.focus();
  for (const box of dialog.querySelectorAll("[name=file]")) box.checked = chosen.has(box.value);
  count();
}

function count() {
  dialog.querySelector("[data-count]").textContent = chosen.size ? dialog.dataset.countText.replace("COUNT", chosen.size) : "";
  dialog.querySelector("button[form]").disabled = !chosen.size;
}

function search(form) {
  const address = new URL(form.action);
  address.search = new URLSearchParams({ q: form.elements.namedItem("q").value.trim() }).toString();
  return draw(address, { keep: true });
}

dialog.addEventListener("click", (event) => {
  const link = event.target.closest("[data-into]");
  if (!link) return;
  event.preventDefault();
  draw(link.href);
});

dialog.addEventListener("change", ({ target }) => {
  if (target.name !== "file") return;
  chosen[target.checked ? "add" : "delete"](target.value);
  count();
});

dialog.addEventListener("input", ({ target }) => {
  if (target.type !== "search") return;
  clearTimeout(pause);
  pause = setTimeout(() => search(target.form), PAUSE);
});

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.matches("[data-find]")) {
    dialog.querySelector("[name=file]")?.focus();
    return;
  }
  if (!chosen.size && document.activeElement?.name === "file") chosen.add(document.activeElement.value);
  if (!chosen.size) return;
  dialog.close();
  done([...chosen]);
});
