// <live-topic data-topics="space:3@12 node:7@345">: what the part of the page around it shows, and as of which number.
// It tells what happened since, gathered for a moment, as a bubbling "live:change"; a right that ended as "live:lost".
import { listen } from "shell/live";

const GATHER = 150;
const LONGEST = 1000;

class LiveTopic extends HTMLElement {
  connectedCallback() {
    this.events = [];
    this.stops = (this.dataset.topics ?? "").split(" ").filter(Boolean).map((named) => {
      const [topic, seq] = named.split("@");
      const drawn = seq ? Number(seq) : null;
      return listen(topic, drawn, (event) => this.heard(event, drawn));
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
  }

  heard(event, drawn) {
    // refused: the right ended between the drawing of the page and its first word
    if (event.kind === "lost" || event.kind === "refused") return this.say("live:lost", event);
    if (event.kind !== "reset" && event.seq <= drawn) return undefined;
    this.events.push(event);
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Date.now() - this.since > LONGEST ? 0 : GATHER);
    return undefined;
  }

  flush() {
    const events = this.events.splice(0);
    this.since = undefined;
    this.say("live:change", events);
  }

  say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

customElements.define("live-topic", LiveTopic);

// What every page says of its connection: nothing for five seconds, then that it is lost, until it is back.
function banner(kind) {
  document.querySelector("[data-live-banner]")?.remove();
  const template = kind && document.getElementById(`live-${kind}`);
  if (template) document.getElementById("notice")?.before(template.content.cloneNode(true));
}

document.addEventListener("live:away", () => banner("away"));
document.addEventListener("live:back", () => banner(""));
document.addEventListener("live:signed-out", () => banner("signed-out"));
