// What was cut or copied in a list, until it is pasted in a folder: kept for this tab, so that one can walk there.
import { put } from "files/things";
import { toast } from "shell/toast-stack";

const NAME = "files:held";

const held = () => JSON.parse(sessionStorage.getItem(NAME) ?? "null");

export function hold(verb, ids) {
  sessionStorage.setItem(NAME, JSON.stringify({ verb, ids }));
  const words = document.getElementById("clip-words").content.firstElementChild.dataset;
  toast({ text: words[verb].replace("#", ids.length) });
  mark();
}

export async function paste(folder) {
  const what = held();
  if (!what || !folder) return;
  if (what.verb === "move") sessionStorage.removeItem(NAME);
  await put(what.verb, what.ids, folder);
  mark();
}

// What was cut is paler, wherever it shows.
export function mark() {
  const what = held();
  for (const row of document.querySelectorAll("#listing tr.is-cut")) row.classList.remove("is-cut");
  if (what?.verb === "move") for (const id of what.ids) document.getElementById(`node-${id}`)?.classList.add("is-cut");
}
