// What can be done with things of the list: each verb takes ids, tells the server, and says what was done.
import { address, query } from "files/addresses";
import { refresh } from "files/refresh";
import { send, token } from "shell/http";
import { toast } from "shell/toast-stack";

const MOST_NAMED = 50;
const MOST_DRAWN = 1000; // rows that the server draws again at once

// Resolves with the server's answer; a refusal is shown as a sentence above the list, and gives undefined.
export async function tell(url, fields) {
  const body = new FormData();
  for (const [name, values] of Object.entries(fields)) for (const value of [values].flat()) body.append(name, value);
  try {
    const answer = await send(url, body);
    if (!answer.headers.get("Content-Type")?.includes("json")) return location.reload(); // signed out meanwhile
    const data = await answer.json();
    clear();
    if (data.toast) toast(data.toast);
    return data;
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    refuse(problem.message);
    return undefined;
  }
}

export function refuse(sentence) {
  const banner = document.getElementById("notice-template").content.firstElementChild.cloneNode(true);
  banner.querySelector("span").textContent = sentence;
  document.getElementById("notice").replaceChildren(banner);
  banner.scrollIntoView({ block: "nearest" });
}

export const clear = () => document.getElementById("notice").replaceChildren();

export async function trash(ids, { next } = {}) {
  const done = await tell(address("trash"), { id: ids });
  if (!done) return done;
  if (document.querySelectorAll("#listing tr[data-mask]").length > MOST_DRAWN) takeOut(ids, next);
  else await refresh({ focus: next });
  return done;
}

// Of a very long list only what went is taken out: it stays where one is in it.
function takeOut(ids, next) {
  for (const id of ids) document.getElementById(`node-${id}`)?.remove();
  document.getElementById(next)?.querySelector("a")?.focus();
  document.dispatchEvent(new CustomEvent("files:drawn"));
}

export function download(ids) {
  const row = document.getElementById(`node-${ids[0]}`);
  const single = ids.length === 1 && row && !row.hasAttribute("data-folder");
  if (ids.length > MOST_NAMED) return ask(address("download"), ids);
  return location.assign(single ? address("content", ids[0]) : `${address("download")}?${query(ids)}`);
}

// More things than an address can name go in a form.
function ask(url, ids) {
  const form = Object.assign(document.createElement("form"), { action: url, method: "post", hidden: true });
  for (const [name, value] of [["csrfmiddlewaretoken", token()], ["id", ids.join(",")]]) {
    form.append(Object.assign(document.createElement("input"), { name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

// One file over the whole page, among its neighbours in the order of the list.
export function view(id) {
  const url = new URL(address("view", id), location.href);
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (name === "sort" || name === "order") url.searchParams.set(name, value);
  }
  location.assign(url);
}

export async function star(id, starred) {
  if (await tell(address("star", id), { starred: starred ? "1" : "0" })) await refresh({ focus: `node-${id}` });
}

// Texts open in the editor; which these are, the page says by their endings.
export function isText(row) {
  const ending = row.querySelector("a").textContent.match(/\.(\w+)$/)?.[1].toLowerCase();
  return !row.hasAttribute("data-folder") && address("texts").split(" ").includes(ending);
}

export const openText = (row) => location.assign(address("edit", row.id.replace("node-", "")));

export async function pick(verb, ids, options) {
  const { openPicker } = await import("files/folder-picker");
  openPicker(verb, ids, options);
}

// Into the folder; what has to be said first (a name that is there already, people who lose access) opens the dialog.
export async function put(verb, ids, into) {
  const body = new FormData();
  for (const id of ids) body.append("id", id);
  body.set("into", into);
  try {
    const data = await (await send(address(verb), body)).json();
    clear();
    if (data.toast) toast(data.toast);
    await refresh({ focus: data.ids?.length ? `node-${data.ids[0]}` : undefined });
    return true;
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    if (problem.status === 409) pick(verb, ids, { into, ask: true });
    else refuse(problem.message);
    return false;
  }
}
