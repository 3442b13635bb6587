// The mark of a picture in what is told beside it: sent without leaving the picture, which then shows it.
import { send } from "shell/http";

export function within(piece, { link, sign, again }) {
  piece.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-within]");
    if (!form) return;
    event.preventDefault();
    const on = event.submitter.value === "1";
    try {
      await send(form.action, new FormData(form, event.submitter));
    } catch (problem) {
      const said = document.createElement("p");
      said.className = "field__error";
      said.setAttribute("role", "alert");
      said.textContent = problem.message;
      form.replaceChildren(said);
      return;
    }
    const shown = link();
    shown.querySelector(".shot__kept")?.remove();
    if (on) shown.append(sign.content.cloneNode(true));
    await again();
    piece.querySelector("[data-within] button")?.focus();
  });
}
