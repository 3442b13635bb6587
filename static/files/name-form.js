// A name typed in its place: of a new folder or file above the list, of a thing in its row.
import { address } from "files/addresses";
import { refresh } from "files/refresh";
import { idOf } from "files/selection";
import { clear } from "files/things";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

export function createHere(kind) {
  const listing = document.getElementById("listing");
  const { form, field } = make(kind);
  field.value = words(kind).textContent;
  listing.closest(".files__body").querySelector(".files__filter, file-list").before(form);
  offer(form, field, () => form.remove(), address("new", listing.dataset.folder), { kind });
}

export function renameIn(row) {
  const link = row.querySelector("a.item__title");
  const { form, field } = make("rename");
  field.value = link.textContent;
  link.hidden = true;
  link.after(form);
  const end = () => {
    form.remove();
    link.hidden = false;
    link.focus();
  };
  offer(form, field, end, address("rename", idOf(row)), {});
}

function make(kind) {
  document.querySelector(".files__inline [data-cancel]")?.click();
  const form = document.getElementById("name-form").content.firstElementChild.cloneNode(true);
  const field = form.querySelector("input");
  field.ariaLabel = words(kind).dataset.label;
  const button = form.querySelector("button");
  button.textContent = button.dataset[kind];
  return { form, field };
}

function offer(form, field, end, url, fields) {
  field.focus();
  const stem = field.value.lastIndexOf(".");
  field.setSelectionRange(0, stem > 0 ? stem : field.value.length);
  form.querySelector("[data-cancel]").addEventListener("click", end);
  form.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    try {
      await sent(form, end, url, fields);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      complain(form, field, problem.message);
    }
    button.ariaBusy = "false";
  });
}

async function sent(form, end, url, fields) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const data = await (await send(url, body)).json();
  clear();
  if (data.open) return location.assign(data.open);
  end();
  if (data.toast) toast(data.toast);
  return refresh({ focus: `node-${data.id}` });
}

function complain(form, field, sentence) {
  const error = form.querySelector(".field__error");
  error.hidden = false;
  error.id = "name-error";
  error.querySelector("span").textContent = sentence;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", error.id);
  field.focus();
}

const words = (kind) => document.getElementById("name-words").content.querySelector(`[data-kind="${kind}"]`);
