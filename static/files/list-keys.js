// Keys in the list: arrows (in two dimensions where things stand side by side), Home and End, Space, F2, Delete,
// Ctrl A C X V, Ctrl Enter, Escape, and letters that jump to a name. The menu key opens the menu of the row.
import { hold, paste } from "files/clipboard";
import { renameIn } from "files/name-form";
import { isText, openText, view } from "files/things";
import { allowed, idOf, maskOf } from "files/selection";
import { whole } from "files/whole-list";

const PAUSE = 900;
const OF_THE_PAGE = "gns?/";

export function bindKeys(list, showMenu, signal) {
  let typed = "";
  let last = 0;
  const { selection } = list;

  function pressed(event) {
    if (event.target.closest(".files__inline, .files__menu details[open]")) return;
    const row = event.target.closest("tr[data-mask]");
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) return command(event, row);
    if (!row) return;
    const act = ACTS[event.key];
    if (act) return act(event, row);
    if (event.key.length === 1 && event.key !== " ") jump(event, row);
  }

  function command(event, row) {
    const key = event.key.toLowerCase();
    if (event.shiftKey) return undefined;
    if (key === "a") return take(event, async () => (await whole(list), selection.all()));
    if (key === "v") return take(event, () => paste(document.querySelector("#listing").dataset.folder));
    if (!row) return undefined;
    if (key === "enter" && !row.hasAttribute("data-folder")) return take(event, () => view(idOf(row)));
    if ((key === "c" || key === "x") && getSelection().isCollapsed) return take(event, () => hold(key === "x" ? "move" : "copy", selection.subjects(row).map(idOf)));
    return undefined;
  }

  function step(event, row, by) {
    const rows = selection.rows;
    go(event, rows, rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + by))]);
  }

  function go(event, rows, to) {
    take(event, () => {
      to.querySelector("a").focus();
      if (event.shiftKey) {
        if (!selection.chosen.length) selection.toggle(rows.find((one) => one.contains(event.target)) ?? to, true);
        selection.extend(to);
      }
    });
  }

  // Side by side: the row above or below is the nearest of the next line.
  function line(event, row, way) {
    const rows = selection.rows;
    if (!row.closest(".files--grid")) return step(event, row, way);
    const away = (one) => Math.abs(one.offsetLeft - row.offsetLeft);
    let [at, best] = [rows.indexOf(row) + way, null];
    while (rows[at]?.offsetTop === row.offsetTop) at += way;
    const { offsetTop: top } = rows[at] ?? {};
    for (; rows[at] && rows[at].offsetTop === top; at += way) if (!best || away(rows[at]) < away(best)) best = rows[at];
    return go(event, rows, best ?? row);
  }

  const beside = (event, row, way) => {
    if (!row.closest(".files--grid") || event.target.matches("input")) return undefined;
    return step(event, row, document.dir === "rtl" ? -way : way);
  };

  const ACTS = {
    ArrowDown: (event, row) => line(event, row, 1),
    ArrowUp: (event, row) => line(event, row, -1),
    ArrowRight: (event, row) => beside(event, row, 1),
    ArrowLeft: (event, row) => beside(event, row, -1),
    Home: (event, row) => step(event, row, -Infinity),
    End: (event, row) => take(event, async () => (await whole(list), step(event, row, Infinity))),
    " ": (event, row) => event.target.matches("input") || take(event, () => selection.toggle(row)),
    Enter: (event, row) => event.target.matches("a") && isText(row) && take(event, () => openText(row)),
    F2: (event, row) => allowed("move", maskOf(row)) && take(event, () => renameIn(row)),
    Delete: (event, row) => take(event, () => list.trash(selection.subjects(row).map(idOf), row)),
    ContextMenu: (event, row) => take(event, () => showMenu(row)),
    F10: (event, row) => event.shiftKey && take(event, () => showMenu(row)),
    Escape: (event) => selection.chosen.length && take(event, () => selection.clear()),
  };

  // The letters of the page's own commands begin no jump, but go on with one.
  function jump(event, row) {
    if (document.body.dataset.keys === "off") return;
    const fresh = event.timeStamp - last > PAUSE;
    if (fresh && event.key === "s") return take(event, () => list.act("share", [idOf(row)], row));
    if (fresh && OF_THE_PAGE.includes(event.key)) return;
    typed = fresh ? event.key : typed + event.key;
    last = event.timeStamp;
    const rows = selection.rows;
    const from = rows.indexOf(row) + (typed.length === 1 ? 1 : 0);
    const found = [...rows.slice(from), ...rows.slice(0, from)].find((one) => nameOf(one).startsWith(plain(typed)));
    take(event, () => found?.querySelector("a").focus());
  }

  list.addEventListener("keydown", pressed, { signal });
  // From anywhere on the page an arrow enters the list, and what was cut is pasted.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target !== document.body) return;
    if (event.key === "ArrowDown") take(event, () => selection.rows[0]?.querySelector("a").focus());
    else if ((event.ctrlKey || event.metaKey) && "av".includes(event.key.toLowerCase())) command(event, null);
  }, { signal });
}

function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const nameOf = (row) => plain(row.querySelector("a").textContent);
