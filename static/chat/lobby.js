// <chat-lobby>: who came by a link and waits, or reads along; drawn anew when that changes.
import { elements } from "chat/talk";

export async function drawLobby() {
  const lobby = document.getElementById("lobby");
  const answer = lobby && await fetch(lobby.dataset.src).catch(() => null);
  if (!answer?.ok || !lobby.isConnected) return;
  const [fresh] = elements(await answer.text());
  const open = lobby.querySelector("details[open]");
  const talk = document.querySelector("chat-page > [data-talk]");
  const atEnd = talk && talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
  lobby.replaceChildren(...fresh.childNodes);
  if (open) lobby.querySelector("details")?.setAttribute("open", "");
  if (atEnd) talk.scrollTop = talk.scrollHeight; // what it took from the list is not taken from its last lines
}
