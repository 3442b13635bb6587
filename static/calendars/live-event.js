// <live-event data-src="…" data-ref="event:7"> around what is said of an event, on its page or in a dialog (`data-fragment`):
// it is drawn again when the event changes, an answer of somebody included, once nobody writes or chooses in it.
import { inTurn } from "shell/redraw";

const CHOSEN = "a, button, summary";

class LiveEvent extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    document.addEventListener("live:change", ({ detail }) => this.heard(detail), { signal });
    document.addEventListener("live:lost", () => this.draw(), { signal });
    this.addEventListener("focusout", () => this.late && setTimeout(() => this.draw()), { signal });
    this.addEventListener("toggle", () => this.late && this.draw(), { signal, capture: true });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  get fragment() {
    return "fragment" in this.dataset;
  }

  heard(events) {
    if (events.some(({ kind, ref }) => kind === "reset" || ref === this.dataset.ref)) this.draw();
  }

  // Somebody writes or chooses in it: then it waits.
  isHeld() {
    this.late = Boolean(this.querySelector("input:focus, textarea:focus, select:focus, details[open]"));
    return this.late;
  }

  draw() {
    return inTurn(this, () => this.redraw());
  }

  async redraw() {
    if (this.closest("dialog:not([open])") || this.isHeld()) return undefined;
    const headers = this.fragment ? { "HX-Request": "true" } : { Accept: "text/html" };
    const answer = await fetch(this.dataset.src, { headers, credentials: "same-origin" });
    if (!answer.ok) return this.fragment || location.reload();
    // the nonce of that answer is not that of this page, whose rules of style stay
    const text = (await answer.text()).replace(/<style\b[^>]*>[^<]*<\/style>/g, "");
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("live-event");
    if (!fresh || this.isHeld()) return undefined;
    const at = [...this.querySelectorAll(CHOSEN)].indexOf(document.activeElement);
    this.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
    if (at >= 0) this.querySelectorAll(CHOSEN)[at]?.focus();
    return undefined;
  }
}

customElements.define("live-event", LiveEvent);
