// The page of a visitor: one channel, live, and nothing else; or the lobby (<visitor-wait>).
import { send } from "shell/http";
import { anew } from "chat/anew";
import { Talk, elements } from "chat/talk";
import { Wire } from "chat/wire";
import "chat/message-files";
import "chat/visitor-wait";

class VisitorTalk extends HTMLElement {
  connectedCallback() {
    this.clock = Number(this.dataset.clock);
    this.number = 0;
    this.root = Number(this.dataset.root ?? 0);
    this.talk = new Talk(this.querySelector("[data-talk]"), `v${this.dataset.visitor}`);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.wire = new Wire(this.dataset.visitor, () => this.clock, (frame) => this.heard(frame), "chat-visitor");
    this.addEventListener("submit", (event) => event.target === this.form && this.submitted(event), { signal });
    this.addEventListener("keydown", (event) => {
      if (!event.target.matches("form.composer textarea") || event.isComposing) return;
      if (event.key === "Escape") this.querySelector("form.composer [data-form]")?.click();
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      this.form.requestSubmit();
    }, { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.talk.toEnd();
  }

  get form() {
    return this.querySelector("form.composer");
  }

  get home() {
    return this.dataset.url + (this.root ? `?thread=${this.root}` : "");
  }

  // The form of that page in the place of this one: to change what one said, or to say something again.
  async swap(address) {
    const answer = await fetch(address).catch(() => null);
    const form = answer?.ok && elements(await answer.text()).map((one) => one.querySelector("form.composer")).find(Boolean);
    if (!form || !this.form) {
      location.assign(address);
      return;
    }
    this.form.replaceWith(form);
    const { text } = form.elements;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.wire.end();
  }

  heard(frame) {
    if (frame.messages) {
      this.take(frame.messages);
      if (!this.stale) this.clock = frame.messages.reduce((clock, piece) => Math.max(clock, piece.clock), this.clock);
    } else if (frame.reset) this.again();
    else if (frame.turn || frame.gone) location.reload();
  }

  async again() {
    this.stale = (this.stale ?? 0) + 1;
    if (this.stale > 1) return;
    this.meanwhile = [];
    const clock = this.root ? null : await anew(this);
    if (clock === null) location.reload();
    else this.clock = Math.max(this.clock, clock);
  }

  take(pieces) {
    if (this.stale) this.meanwhile.push(...pieces);
    const along = this.talk.atEnd;
    const past = "past" in this.dataset;
    for (const piece of pieces) {
      if (this.root) {
        if (piece.root === this.root || piece.id === this.root) this.talk.put(piece, true);
      } else if (piece.number || !piece.root) this.talk.put(piece, !past && piece.number > 0);
    }
    if (along) this.talk.toEnd();
  }

  async clicked(event) {
    const link = event.target.closest("[data-older], [data-newer]");
    const undo = event.target.closest("[data-take-back]");
    const other = event.target.closest("[data-form]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      await this.talk.more(link, "older" in link.dataset ? "afterbegin" : "beforeend");
      if (!this.querySelector("[data-newer]")) delete this.dataset.past;
    } else if (other && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      await this.swap(other.closest("form") ? this.home : other.href);
    } else if (undo) {
      const said = new URLSearchParams({ do: "take-back", message: undo.dataset.takeBack });
      await send(this.dataset.url, said).catch((problem) => this.problem(problem.message));
    }
  }

  // What is being sent keeps its key until it has arrived: it is said once, however often it is sent.
  async submitted(event) {
    event.preventDefault();
    const field = this.form.elements.text;
    if (!field.value.trim() || this.sending) return;
    const key = this.form.elements.key ?? { value: "" };
    key.value ||= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.sending = true;
    this.problem("");
    try {
      const answer = await send(this.form.action, new URLSearchParams(new FormData(this.form)));
      this.take([await answer.json()]);
      if (this.form.querySelector("[data-form]")) await this.swap(this.home);
      else {
        field.value = "";
        key.value = "";
        this.talk.toEnd();
      }
    } catch (problem) {
      this.problem(problem.message);
    }
    this.sending = false;
  }

  problem(text) {
    const line = this.querySelector("[data-problem]");
    if (!line) return;
    line.textContent = text;
    line.hidden = !text;
  }
}

customElements.define("visitor-talk", VisitorTalk);
