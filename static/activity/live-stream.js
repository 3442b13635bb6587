// <live-stream> around lines of activity: what comes in waits behind a pill, so that nothing moves while one reads.
import { send } from "shell/http";
import { redraw } from "shell/redraw";

const GATHER = 400;

class LiveStream extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("live:change", () => this.later(), { signal });
    this.addEventListener("live:lost", () => this.draw(), { signal });
    this.pill?.addEventListener("click", () => this.draw(), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.listeners.abort();
  }

  get pill() {
    return this.querySelector("[data-pill]");
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), GATHER);
  }

  // Only the server knows which of the changes this person may see, and which are one line.
  async count() {
    const answer = await send(this.dataset.fresh, undefined, { method: "GET" }).catch(() => null); // the next change asks again
    const { count } = answer ? await answer.json() : {};
    if (!this.pill || !count) return;
    this.pill.textContent = count === 1 ? this.pill.dataset.one : this.pill.dataset.many.replace("#", count);
    this.pill.hidden = false;
  }

  draw() {
    redraw("#stream", location.pathname + location.search);
  }
}

customElements.define("live-stream", LiveStream);
