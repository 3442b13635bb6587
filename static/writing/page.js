// What the page asks of the server besides the text itself.
import { send } from "shell/http";

// Keep a text as a file beside the one it was written for; resolves with that file's name.
export async function keepBeside(address, text) {
  const body = new FormData();
  body.set("text", text);
  body.set("etag", "");
  return (await (await send(address, body)).json()).copy;
}

// The file has another name or place: so say title and path.
export async function retitle(page) {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  const title = drawn.querySelector("co-editor .head__title");
  if (title) page.querySelector(".head__title").replaceWith(document.adoptNode(title));
  document.title = drawn.title;
}
