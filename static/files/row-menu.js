// The menu of a row. There is one for the whole list: it goes to the row that is pointed at or focused.
import { offer, place } from "files/publishing";
import { maskOf } from "files/selection";
import { isText } from "files/things";

// `plain`: the menu of who has no script, of which some commands are taken over.
export function bindMenu(list, signal, plain) {
  const menu = document.getElementById("row-menu").content.firstElementChild.cloneNode(true);
  const details = menu.querySelector("details");
  if (plain) place(plain, menu.querySelector("hr"));

  function go(row) {
    const link = row.querySelector("a.item__title");
    if (link.scrollHeight > link.clientHeight + 1) link.dataset.tip = link.textContent; // cut short: the whole in a tooltip
    if (details.open || menu.closest("tr") === row) return;
    row.querySelector("td.file").append(menu);
    menu.querySelector("summary").ariaLabel = `${menu.dataset.label} ${row.querySelector("a").textContent}`;
  }

  function opened() {
    if (!details.open) return;
    const rows = list.selection.subjects(menu.closest("tr"));
    const mask = rows.reduce((all, row) => all & maskOf(row), 255);
    let dimmed = false;
    for (const button of menu.querySelectorAll("[data-do]")) {
      const held = (mask & Number(button.dataset.needs ?? 0)) === Number(button.dataset.needs ?? 0);
      button.setAttribute("aria-disabled", String(!held));
      dimmed ||= !held;
      if (["rename", "details", "star", "share"].includes(button.dataset.do)) button.hidden = rows.length > 1;
      if (button.dataset.do === "view") button.hidden = rows.length > 1 || rows[0].hasAttribute("data-folder");
    }
    offer(menu, rows);
    menu.querySelector("[data-do=open]").hidden = rows.length > 1 || !isText(rows[0]);
    menu.querySelector("[data-reason]").hidden = !dimmed;
  }

  menu.dataset.label = menu.querySelector("summary").ariaLabel;
  details.addEventListener("toggle", opened, { signal });
  for (const name of ["pointerover", "focusin"]) {
    list.addEventListener(name, (event) => {
      const row = event.target.closest("tr[data-mask]");
      if (row && event.pointerType !== "touch") go(row);
    }, { signal });
  }
  list.addEventListener("contextmenu", (event) => {
    const row = event.target.closest("tr[data-mask]");
    if (!row || matchMedia("(hover: none)").matches) return row && event.preventDefault();
    event.preventDefault();
    show(row);
  }, { signal });

  function show(row) {
    details.open = false;
    go(row);
    details.open = true;
  }

  return show;
}
