// What a program says to this person alone: put where it belongs, once, and gone when they have read it.
import { send } from "shell/http";
import { elements } from "chat/talk";

const page = () => document.querySelector("chat-page");

// [{id, root, html}], in their order.
export function alone(pieces) {
  for (const { id, root, html } of pieces) {
    const talk = !root ? page().talk : page().thread?.dataset.root === String(root) ? page().answers : null;
    if (!talk || document.getElementById(`e${id}`)) continue;
    const along = talk.atEnd;
    const [fresh] = elements(html);
    talk.element.querySelector("[data-empty]")?.remove();
    talk.element.append(fresh);
    if (along) talk.toEnd();
    const composer = (root ? page().thread : page()).querySelector("chat-composer");
    composer?.tell("");
  }
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-dismiss]");
  if (!button) return;
  const shown = button.closest(".is-ephemeral");
  shown.hidden = true;
  try {
    await send(button.dataset.dismiss);
    shown.remove();
  } catch (problem) {
    shown.hidden = problem.status === 404; // gone already
  }
});
