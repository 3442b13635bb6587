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
    if (!this.isConnected) return; // a newer message took its place, and asks for itself
    if (!answer?.ok) {
      if (!answer || answer.status >= 429) this.again();
      return; // the link stays
    }
    const talk = this.closest(".talk");
    const atEnd = talk && talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
    this.replaceChildren(...elements(await answer.text()));
    const toEnd = () => { if (atEnd) talk.scrollTop = talk.scrollHeight; };
    for (const picture of this.querySelectorAll("img")) picture.addEventListener("load", toEnd, { once: true });
    toEnd();
  }

  // A busy moment is no answer: ask again, more and more rarely.
  again() {
    this.pause = (this.pause ?? 500) * 2;
    if (this.pause <= 16_000) setTimeout(() => this.isConnected && this.load(), this.pause);
  }
}

customElements.define("message-files", MessageFiles);
