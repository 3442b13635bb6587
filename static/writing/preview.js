// The Markdown as its readers will see it, drawn by the server a moment after the last change.
import { send } from "shell/http";

const QUIET = 400;

export class Preview {
  constructor(pane, address) {
    Object.assign(this, { pane, address });
  }

  draw(text) {
    if (this.pane.hidden) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(text()), QUIET);
  }

  async ask(text) {
    const body = new FormData();
    body.set("text", text);
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await send(this.address, body, { headers: { Accept: "text/html" }, signal: this.asked.signal });
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      this.pane.replaceChildren(...drawn.childNodes);
    } catch (problem) {
      // away, or overtaken by a later change: the next one draws it
      if (problem.name !== "AbortError" && problem.status === undefined) throw problem;
    }
  }
}
