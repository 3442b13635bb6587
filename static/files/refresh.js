// Draw the list again from the server: as many rows as there were, the focus on its row.
import { redraw } from "shell/redraw";

const OF_THE_PANEL = ["open", "tab", "new", "rename", "after", "before"];

export async function refresh({ focus } = {}) {
  const listing = document.getElementById("listing");
  const wanted = focus ?? document.activeElement?.closest?.("#listing tr")?.id;
  const url = new URL(location.href);
  for (const name of OF_THE_PANEL) url.searchParams.delete(name);
  const shown = listing.querySelectorAll("tr[data-mask]").length;
  if (shown > 100) url.searchParams.set("rows", shown);
  await redraw("#listing", url.pathname + url.search);
  if (wanted) document.getElementById(wanted)?.querySelector("a")?.focus();
  document.dispatchEvent(new CustomEvent("files:drawn"));
}

// An undo from the toast changes the list, not the page; where there is no list (the gallery) the page loads again.
document.addEventListener("collab:undone", (event) => {
  if (!document.getElementById("listing")) return;
  event.preventDefault();
  refresh();
});
