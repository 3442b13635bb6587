// “Not for publication”, where all that is chosen are pictures: of the two buttons, the one that changes something.
// They come from the menu for who has no script, so that the page names them once.
import { address } from "files/addresses";
import { refresh } from "files/refresh";
import { tell } from "files/things";

const VERBS = { 1: "withhold", 0: "publish" };
const ending = (row) => row.querySelector("a").textContent.match(/\.(\w+)$/)?.[1].toLowerCase();
const isPicture = (row) => !row.hasAttribute("data-folder") && address("pictures").split(" ").includes(ending(row));

// Puts both before `anchor`; `dress` makes them look like their neighbours.
export function place(plain, anchor, dress) {
  for (const one of plain.querySelectorAll("[name=withheld]")) {
    const button = one.cloneNode(true);
    Object.assign(button, { type: "button", hidden: true });
    Object.assign(button.dataset, { do: VERBS[button.value], needs: 2, at: one.getAttribute("formaction") });
    dress?.(button);
    anchor.before(button);
  }
}

// As a button of the bar: its sign alone, its name in the tooltip. A phone, which has no room for it, has the row's menu.
export function inBar(button) {
  button.className = "button button--plain button--icon wide-only";
  button.ariaLabel = button.textContent;
  button.replaceChildren(button.firstElementChild);
}

export function offer(list, rows) {
  const pictures = rows.length > 0 && rows.every(isPicture);
  const verb = rows.every((row) => row.hasAttribute("data-out")) ? VERBS[0] : VERBS[1];
  for (const button of list.querySelectorAll("[data-do=withhold], [data-do=publish]")) {
    button.hidden = !pictures || button.dataset.do !== verb;
  }
}

export async function mark(ids, button) {
  if (await tell(button.dataset.at, { id: ids, withheld: button.value })) await refresh({ focus: `node-${ids[0]}` });
}
