// The dialog that asks where to: its folders are links, so it walks with pointer and keys alike; a name finds others.
import { address, query } from "files/addresses";
import { refresh } from "files/refresh";
import { clear, refuse } from "files/things";
import { send } from "shell/http";
import { redraw } from "shell/redraw";
import { toast } from "shell/toast-stack";

const PAUSE = 200;
const dialog = document.getElementById("picker-dialog");
let pause = 0;

export async function openPicker(verb, ids, { into, ask } = {}) {
  const url = new URL(address(verb), location.href);
  url.search = query(ids);
  if (into) url.searchParams.set("into", into);
  if (ask) url.searchParams.set("ask", "1");
  await draw(url);
  show();
}

// Another question in the same dialog: the page at this address is drawn there.
export async function ask(url) {
  await draw(new URL(url, location.href));
  show();
}

function show() {
  if (dialog.querySelector("form") && !dialog.open) dialog.showModal();
  focus();
}

const draw = (url) => redraw("#picker", url.pathname + url.search);

function focus() {
  const first = "[name=clash]:checked, .files__folders a, .list [type=radio], [name=label], [name=new]";
  (dialog.querySelector(first) ?? dialog.querySelector(".dialog__foot .button"))?.focus();
}

dialog.addEventListener("click", async (event) => {
  if (event.target.closest("[data-close]")) event.preventDefault();
  const link = event.target.closest("[data-into]");
  if (!link) return;
  event.preventDefault();
  await draw(new URL(link.getAttribute("href"), dialog.querySelector("form[data-picker]").action));
  focus();
});

// While a name is typed the folders of that name stand in the place of those that one walks through.
dialog.addEventListener("input", ({ target }) => {
  const form = target.closest("form[data-find]");
  if (!form) return;
  clearTimeout(pause);
  pause = setTimeout(() => find(form), PAUSE);
});

async function find(form) {
  const url = new URL(form.action);
  url.search = new URLSearchParams(new FormData(form)).toString();
  await redraw("#picker-choice", url.pathname + url.search, { select: "#picker-choice" });
  const searched = form.elements.namedItem("q").value.trim() !== "";
  const button = dialog.querySelector("#picker-form button");
  button.dataset.was ??= String(button.disabled);
  button.disabled = searched || button.dataset.was === "true";
}

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.matches("[data-find]")) dialog.querySelector(".files__folders a")?.focus();
  else if (form.matches("[data-make]")) make(form);
  else if (form.matches("[data-shelf]")) shelve(form);
  else put(form);
});

// A new folder within the one that is shown, and into it.
async function make(form) {
  const error = form.querySelector(".field__error");
  try {
    const { id } = await (await send(form.action, new FormData(form))).json();
    const url = new URL(dialog.querySelector("form[data-picker]").action);
    url.search = query(new FormData(dialog.querySelector("form[data-picker]")).getAll("id"));
    url.searchParams.set("into", id);
    await draw(url);
    dialog.querySelector("#picker-form button")?.focus();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    error.hidden = false;
    error.querySelector("span").textContent = problem.message;
  }
}

// The folder in which models are kept: then its place in the dialog is drawn.
async function shelve(form) {
  const page = form.elements.namedItem("next").value;
  try {
    await send(form.action, new FormData(form));
    await draw(new URL(page, location.href));
    await refresh();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    dialog.close();
    refuse(problem.message);
  }
}

// A model brings its name, as long as none was typed.
dialog.addEventListener("change", ({ target }) => {
  const field = dialog.querySelector("#model-name");
  if (!target.dataset.name || !field || field.dataset.typed) return;
  field.value = target.dataset.name;
});
dialog.addEventListener("input", ({ target }) => {
  if (target.id === "model-name") target.dataset.typed = "1";
});

async function put(form) {
  const button = dialog.querySelector(".button--primary");
  button.ariaBusy = "true";
  const body = new FormData(form);
  try {
    const data = await (await send(form.action, body)).json();
    dialog.close();
    clear();
    if (data.toast) toast(data.toast);
    await refresh({ focus: data.id ? `node-${data.id}` : undefined });
    document.dispatchEvent(new CustomEvent("files:done"));
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    button.ariaBusy = "false";
    if (problem.status === 409 && body.has("into") && !body.has("clash")) {
      await openPicker(form.dataset.picker, body.getAll("id"), { into: body.get("into"), ask: true });
    } else {
      complain(problem.message);
    }
  }
}

// Beside the field, where there is one to mend; else above the list.
function complain(sentence) {
  const error = dialog.querySelector(".field > .field__error");
  if (error) {
    error.hidden = false;
    error.querySelector("span").textContent = sentence;
    return error.parentElement.querySelector("input").focus();
  }
  dialog.close();
  return refuse(sentence);
}
