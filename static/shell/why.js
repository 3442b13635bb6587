// “Why?”: [data-why] links, and cells of the rights board, show the reasons in a dialog; without script they are a page.
import { open } from "shell/dialogs";
import { send } from "shell/http";

export async function why(address) {
  try {
    const answer = await send(address, undefined, { method: "GET", headers: { "HX-Request": "true", Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("why")?.remove();
    document.body.append(page.getElementById("why"));
    open(document.getElementById("why"));
  } catch {
    location.assign(address); // the page says what is wrong
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-why]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  why(link.href);
});
