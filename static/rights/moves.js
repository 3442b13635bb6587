// The cells of the grid: how a changed one looks; moving with the arrows; filling by dragging, or with Shift and an arrow.
import { make } from "shell/offered";

export function sign(step) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  icon.setAttribute("class", "icon icon--small");
  icon.setAttribute("aria-hidden", "true");
  use.setAttribute("href", sprite(`level-${step}`));
  icon.append(use);
  return icon;
}

// The sprite's address holds a fingerprint: it is read from an icon that the page has.
function sprite(name) {
  const known = document.querySelector("svg.icon > use").getAttribute("href");
  return `${known.split("#")[0]}#${name}`;
}

export function verb(board, mask) {
  if (!mask) return board.getAttribute("none");
  return board.roles.find((role) => role.mask === mask)?.verb ?? "";
}

export function face(link, board, cell, wanted) {
  const role = board.roles.find((one) => one.mask === wanted);
  const text = document.createElement("span");
  const was = verb(board, cell.own) || cell.td.original.text || link.querySelector("span")?.firstChild?.textContent || "";
  cell.td.original.text = was;
  text.append(make("del", { textContent: was }), ` ${verb(board, wanted)}`);
  link.className = "grant is-changed";
  link.replaceChildren(...(role ? [sign(role.step)] : []), text);
}

function move(board, link, event) {
  const td = link.closest("td");
  const row = td.parentElement;
  const rows = [...row.parentElement.rows];
  const place = rows.indexOf(row);
  const last = row.cells.length - 1;
  const page = event.ctrlKey || event.metaKey;
  const steps = {
    ArrowRight: [place, td.cellIndex + 1],
    ArrowLeft: [place, td.cellIndex - 1],
    ArrowDown: [place + 1, td.cellIndex],
    ArrowUp: [place - 1, td.cellIndex],
    Home: [page ? 0 : place, 1],
    End: [page ? rows.length - 1 : place, last],
    PageDown: [place + 10, td.cellIndex],
    PageUp: [place - 10, td.cellIndex],
  };
  const step = steps[event.key];
  if (!step) return false;
  const next = rows[Math.max(0, Math.min(rows.length - 1, step[0]))].cells[Math.max(1, Math.min(last, step[1]))];
  const target = next.querySelector("a.grant");
  if (event.shiftKey && event.key.startsWith("Arrow")) board.set(target, board.about(link).want);
  target.focus();
  reveal(board, next);
  return true;
}

// The sticky heads hide what the browser believes to be in sight.
function reveal(board, td) {
  const scroll = board.querySelector(".rights__scroll");
  const top = board.table.tHead.getBoundingClientRect().bottom;
  const start = td.parentElement.cells[0].getBoundingClientRect();
  const box = td.getBoundingClientRect();
  if (box.top < top) scroll.scrollTop -= top - box.top;
  if (box.left < start.right && box.right > start.left) scroll.scrollLeft -= start.right - box.left;
}

export function fill(board, signal) {
  let source = null;
  board.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("a.grant");
    board.filling = false;
    source = link && event.button === 0 && event.pointerType === "mouse" && !board.about(link).fixed ? link : null;
  }, { signal });
  board.addEventListener("pointerover", (event) => {
    const link = event.target.closest("a.grant");
    if (!source || !link || (link === source && !board.filling)) return;
    board.filling = true;
    board.set(link, board.about(source).want);
  }, { signal });
  board.addEventListener("dragstart", (event) => event.target.closest("a.grant") && event.preventDefault(), { signal });
  document.addEventListener("pointerup", () => {
    source = null;
    setTimeout(() => (board.filling = false));
  }, { signal });
}

// Numbers set the right of a cell, `w` asks why, `v` sees as that person, Ctrl Z takes back the last choice; arrows move.
export function press(board, event) {
  const link = event.target.closest?.("a.grant");
  if (!link || event.altKey) return;
  const cell = board.about(link);
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "z" || !board.past.length) return;
    board.back();
  } else if (event.key === " ") {
    link.click();
  } else if (event.key === "w") {
    board.why(cell);
  } else if (event.key === "v" && board.hasAttribute("people")) {
    const { see } = link.closest("tr").dataset;
    if (see) location.assign(see);
    else board.bar.say(board.getAttribute("people"));
  } else if (/^\d$/.test(event.key)) {
    const role = board.roles.find((one) => one.key === event.key);
    const wanted = event.key === "0" ? 0 : role?.mask;
    if (wanted === undefined || !board.allowed(cell, wanted)) board.bar.say(board.getAttribute(cell.fixed ? "fixed" : "yours"));
    else board.set(link, wanted);
  } else if (!move(board, link, event)) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
