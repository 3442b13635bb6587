// <visitor-wait>: the lobby of a channel, which opens by itself.
import { Wire } from "chat/wire";

const LOOK_EVERY = 10_000;

class VisitorWait extends HTMLElement {
  connectedCallback() {
    this.wire = new Wire(this.dataset.visitor, () => 0, (frame) => {
      if (frame.turn || frame.gone || frame.ready) location.reload();
    }, "chat-visitor");
    this.timer = setInterval(() => this.look(), LOOK_EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.wire.end();
  }

  // Nobody waits before an open door because their line is down.
  async look() {
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok && !(await answer.text()).includes("<visitor-wait")) location.reload();
  }
}

customElements.define("visitor-wait", VisitorWait);
