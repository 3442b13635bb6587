// <message-files>: the files of a message, fetched when they come into sight, as whoever looks may see them.
import { elements } from "chat/talk";

class MessageFiles extends HTMLElement {
  connectedCallback() {
    this.watch = new IntersectionObserver(([entry]) => entry.isIntersecting && this.load(), { rootMargin: "200px" });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch.disconnect();
  }

  async load() {
    this.watch.disconnect();
    const answer = await fetch(this.dataset.src, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return; // the link stays
    const talk = this.closest(".talk");
    const atEnd = talk && talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
    this.replaceChildren(...elements(await answer.text()));
    const toEnd = () => { if (atEnd) talk.scrollTop = talk.scrollHeight; };
    for (const picture of this.querySelectorAll("img")) picture.addEventListener("load", toEnd, { once: true });
    toEnd();
  }
}

customElements.define("message-files", MessageFiles);
