// What can be done with things of the list: each verb takes ids, tells the server, and says what was done.
import { address, query } from "files/addresses";
import { refresh } from "files/refresh";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

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
  if (done) await refresh({ focus: next });
  return done;
}

export function download(ids) {
  const row = document.getElementById(`node-${ids[0]}`);
  const single = ids.length === 1 && row && !row.hasAttribute("data-folder");
  location.assign(single ? address("content", ids[0]) : `${address("download")}?${query(ids)}`);
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
