// Adding files to a folder: folders first, then one question for all names that exist, then the queue.
import { fill } from "files/measure";
import { refresh } from "files/refresh";
import { clear, refuse } from "files/things";
import { UploadDoor } from "files/upload-door";
import { UploadQueue } from "files/upload-queue";
import { UploadTray } from "files/upload-tray";
import { send } from "shell/http";
import { redraw } from "shell/redraw";
import { toast } from "shell/toast-stack";

const place = document.getElementById("tray");
await redraw("#tray", place.dataset.src);
const root = document.getElementById("uploads");
const { dataset: page } = root;
const door = new UploadDoor(page, page);
const queue = new UploadQueue(door, { chunk: Number(page.chunk) });
const tray = new UploadTray(root, queue);

// `found`: { files: [{ file, path }], folders: [path] }; `where`: { folder, name } of the folder they go to.
export async function addFiles(found, where) {
  clear();
  try {
    const wanted = await prepare(found, where.folder);
    if (!wanted) return;
    if (wanted.length) await run(wanted, where);
    else await refresh();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    refuse(problem.message);
  }
}

async function run(wanted, where) {
  const before = queue.sum.done;
  const first = queue.jobs.length;
  const all = queue.add(wanted);
  tray.open();
  await all;
  const added = queue.sum.done - before;
  await refresh();
  if (queue.sum.active || !added) return;
  const beside = queue.jobs.slice(first).find((job) => job.result?.beside);
  if (beside) return toast({ text: beside.result.beside });
  toast({ text: fill(added === 1 ? page.one : page.many, { count: added, place: where.name }) });
  if (!queue.sum.failed) root.querySelector("[data-dismiss]").click();
}

// Resolves with what the queue takes, or nothing when the person chose to add nothing.
async function prepare({ files, folders }, parent) {
  const paths = new Set(folders);
  for (const { path } of files) for (const above of parents(path)) paths.add(above);
  const ids = { "": parent };
  let fresh = new Set();
  if (paths.size) {
    const sorted = [...paths].sort((a, b) => a.split("/").length - b.split("/").length);
    const made = await ask(page.folders, { parent, paths: sorted });
    Object.assign(ids, made.folders);
    fresh = new Set(made.made);
  }
  const wanted = files.map(({ file, path }) => {
    const cut = path.lastIndexOf("/");
    return { file, name: path.slice(cut + 1), above: path.slice(0, Math.max(0, cut)), clash: "" };
  });
  for (const one of wanted) one.parent = ids[one.above];
  return resolve(wanted, fresh);
}

// Names that exist are asked about once for all; a look-alike is only warned of.
async function resolve(wanted, fresh) {
  const [taken, alike] = [[], []];
  for (const [parent, ones] of group(wanted.filter((one) => !fresh.has(one.above)))) {
    const answer = await ask(page.check, { parent, names: ones.map((one) => one.name) });
    for (const one of ones) one.seen = answer.seen[one.name];
    taken.push(...ones.filter((one) => one.name in answer.taken));
    alike.push(...ones.filter((one) => one.name in answer.alike).map((one) => [one.name, answer.alike[one.name]]));
  }
  if (alike.length && (await confirmAlike(alike)) !== "go") return null;
  if (!taken.length) return wanted;
  const choice = await chooseClash(taken);
  if (!choice) return null;
  for (const one of taken) one.clash = choice;
  return choice === "skip" ? wanted.filter((one) => !taken.includes(one)) : wanted;
}

async function chooseClash(taken) {
  const dialog = document.getElementById("clash-dialog");
  const title = dialog.querySelector("h2");
  title.textContent = fill(taken.length === 1 ? title.dataset.one : title.dataset.many, { name: taken[0].name, count: taken.length });
  if ((await shown(dialog)) !== "go") return "";
  return new FormData(dialog.querySelector("form")).get("clash");
}

function confirmAlike(alike) {
  const dialog = document.getElementById("alike-dialog");
  const lines = alike.slice(0, 20).map(([name, other]) => {
    const line = document.createElement("li");
    line.textContent = `${name} · ${other}`;
    return line;
  });
  dialog.querySelector("[data-names]").replaceChildren(...lines);
  return shown(dialog);
}

function shown(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

async function ask(url, body) {
  return (await send(url, JSON.stringify(body), { headers: { "Content-Type": "application/json" } })).json();
}

function* parents(path) {
  for (let cut = path.indexOf("/"); cut > 0; cut = path.indexOf("/", cut + 1)) yield path.slice(0, cut);
}

function group(wanted) {
  const groups = new Map();
  for (const one of wanted) {
    if (!groups.has(one.parent)) groups.set(one.parent, []);
    groups.get(one.parent).push(one);
  }
  return groups;
}

document.addEventListener("files:added", () => refresh());

addEventListener("beforeunload", (event) => {
  if (queue.sum.active) event.preventDefault();
});
