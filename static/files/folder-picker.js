// The dialog that asks where to: its folders are links, so it walks with pointer and keys alike.
import { address, query } from "files/addresses";
import { refresh } from "files/refresh";
import { clear, refuse } from "files/things";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

const dialog = document.getElementById("picker-dialog");

export async function openPicker(verb, ids, { into, ask } = {}) {
  const url = new URL(address(verb), location.href);
  url.search = query(ids);
  if (into) url.searchParams.set("into", into);
  if (ask) url.searchParams.set("ask", "1");
  await draw(url);
  if (dialog.querySelector("form") && !dialog.open) dialog.showModal();
  focus();
}

async function draw(url) {
  await window.htmx.ajax("GET", url.pathname + url.search, { target: "#picker", swap: "outerHTML" });
}

function focus() {
  (dialog.querySelector("[name=clash]:checked, .files__folders a, [name=label], [name=new]") ?? dialog.querySelector(".dialog__foot .button"))?.focus();
}

dialog.addEventListener("click", async (event) => {
  if (event.target.closest("[data-close]")) event.preventDefault();
  const link = event.target.closest("[data-into]");
  if (!link) return;
  event.preventDefault();
  await draw(new URL(link.getAttribute("href"), dialog.querySelector("form").action));
  focus();
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector(".button--primary");
  button.ariaBusy = "true";
  const body = new FormData(form);
  try {
    const data = await (await send(form.action, body)).json();
    dialog.close();
    clear();
    if (data.toast) toast(data.toast);
    await refresh();
    document.dispatchEvent(new CustomEvent("files:done"));
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    button.ariaBusy = "false";
    if (problem.status === 409 && !body.has("clash")) {
      await openPicker(form.dataset.picker, body.getAll("id"), { into: body.get("into"), ask: true });
    } else {
      dialog.close();
      refuse(problem.message);
    }
  }
});
