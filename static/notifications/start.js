// <bell-count data-topic="user:3" data-src="/notifications/count/">: every bell of the page shows how many are new, as
// it is now. It also lets the service worker be there.
import { listen } from "shell/live";

const GATHER = 300;

class BellCount extends HTMLElement {
  connectedCallback() {
    this.stop = listen(this.dataset.topic, null, (event) => event.kind === "notification" && this.soon(true));
    this.again = () => this.soon(false); // what came while the connection was lost is in the count
    document.addEventListener("live:back", this.again);
    this.known = Number(document.querySelector("[data-bell-count]")?.textContent) || 0;
    this.first = true;
  }

  disconnectedCallback() {
    this.stop();
    clearTimeout(this.timer);
    document.removeEventListener("live:back", this.again);
  }

  soon(told) {
    if (!told && this.first) return void (this.first = false); // the page itself was drawn just now
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.count(), GATHER);
  }

  async count() {
    const answer = await fetch(this.dataset.src, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const { count, shown, label } = await answer.json();
    for (const bell of document.querySelectorAll("[data-bell]")) {
      const badge = bell.querySelector("[data-bell-count]");
      badge.textContent = shown;
      badge.hidden = !count;
      bell.closest("a")?.setAttribute("aria-label", label);
    }
    const more = document.querySelector("[data-bell-more]");
    if (more && count > this.known) more.hidden = false;
    this.known = count;
    this.querySelector("[role=status]").textContent = count ? label : "";
    if (count) navigator.setAppBadge?.(count).catch(() => {});
    else navigator.clearAppBadge?.().catch(() => {});
  }
}

customElements.define("bell-count", BellCount);

// Only where the browser allows it: https, or this very machine.
navigator.serviceWorker?.register("/sw.js").catch(() => {});
