// Keys in the list: arrows, Space, F2, Delete, Ctrl A, Escape, and letters that jump to a name.
import { renameIn } from "files/name-form";
import { allowed, idOf, maskOf } from "files/selection";
import { isText, openText } from "files/things";

const PAUSE = 900;
const OF_THE_PAGE = "gns?/";

export function bindKeys(list, signal) {
  let typed = "";
  let last = 0;
  const { selection } = list;

  function pressed(event) {
    if (event.target.closest(".files__inline, .files__menu details[open]")) return;
    const row = event.target.closest("tr[data-mask]");
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "a") return take(event, () => selection.all());
    if (!row || command || event.altKey) return;
    const act = ACTS[event.key];
    if (act) return act(event, row);
    if (event.key.length === 1 && event.key !== " ") jump(event, row);
  }

  function step(event, row, by) {
    const rows = selection.rows;
    const to = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(row) + by))];
    take(event, () => {
      to.querySelector("a").focus();
      if (event.shiftKey) {
        if (!selection.chosen.length) selection.toggle(row, true);
        selection.extend(to);
      }
    });
  }

  const ACTS = {
    ArrowDown: (event, row) => step(event, row, 1),
    ArrowUp: (event, row) => step(event, row, -1),
    Home: (event, row) => step(event, row, -Infinity),
    End: (event, row) => step(event, row, Infinity),
    " ": (event, row) => event.target.matches("input") || take(event, () => selection.toggle(row)),
    Enter: (event, row) => event.target.matches("a") && isText(row) && take(event, () => openText(row)),
    F2: (event, row) => allowed("move", maskOf(row)) && take(event, () => renameIn(row)),
    Delete: (event, row) => take(event, () => list.trash(selection.subjects(row).map(idOf), row)),
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
  // From anywhere on the page an arrow enters the list.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target !== document.body || event.key !== "ArrowDown") return;
    take(event, () => selection.rows[0]?.querySelector("a").focus());
  }, { signal });
}

function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const nameOf = (row) => plain(row.querySelector("a").textContent);
