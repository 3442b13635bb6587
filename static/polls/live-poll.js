// <live-poll data-src="…"> around the results: they are drawn again when somebody answers, unless one reads in them.
import { inTurn } from "shell/redraw";

class LivePoll extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("live:change", (event) => this.heard(event.detail), { signal });
    this.addEventListener("focusout", () => this.late && setTimeout(() => this.draw()), { signal });
    this.addEventListener("live:lost", () => location.reload(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  heard(events) {
    // what is said about the poll draws itself
    if (events.every(({ kind }) => /^(comment|mention|resolve|reopen|react)$/.test(kind ?? ""))) return;
    this.draw();
  }

  // Somebody reads in them: then they wait.
  isHeld() {
    this.late = this.contains(document.activeElement);
    return this.late;
  }

  draw() {
    return inTurn(this, () => this.redraw());
  }

  async redraw() {
    if (this.isHeld()) return;
    const answer = await fetch(this.dataset.src, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("results");
    if (fresh && !this.isHeld()) this.querySelector("#results").replaceWith(document.adoptNode(fresh));
  }
}

customElements.define("live-poll", LivePoll);
