// <chat-page>: one channel. It hears what happens, puts it in its place, and says how far somebody has read.
import { send } from "shell/http";
import { aside, count } from "chat/column";
import { byKeys, escaped, lettered } from "chat/keys";
import { Talk } from "chat/talk";
import { anew } from "chat/anew";
import { adopt, open, swept } from "chat/thread";
import { Wire } from "chat/wire";
import { Menu } from "chat/menu";
import { Receipts } from "chat/receipts";
import { Waiting } from "chat/waiting";

const READ_AFTER = 600;
const TYPING_LASTS = 5000;

class ChatPage extends HTMLElement {
  connectedCallback() {
    this.me = document.body.dataset.me ?? "";
    this.clock = Number(this.dataset.clock);
    this.number = Number(this.dataset.number);
    this.talk = new Talk(this.querySelector("[data-talk]"), this.me);
    this.talk.element.dataset.talk = "days";
    this.receipts = "readers" in this.dataset ? new Receipts(this) : null;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.menu = new Menu(this);
    this.waiting = new Waiting(this);
    this.wire = new Wire(this.dataset.channel, () => this.clock, (frame) => this.heard(frame));
    adopt(this);
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("keydown", byKeys, { signal });
    document.addEventListener("keydown", (event) => escaped(event, this), { signal });
    document.addEventListener("keydown", (event) => lettered(event, this), { signal });
    document.addEventListener("visibilitychange", () => this.seen(), { signal });
    addEventListener("popstate", () => location.reload(), { signal });
    this.talk.element.addEventListener("scroll", () => this.scrolled(), { signal, passive: true });
    const mark = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : document.getElementById("new");
    if (mark) mark.scrollIntoView({ block: "center" });
    else this.talk.toEnd();
    count();
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.wire.end();
  }

  get thread() {
    return document.querySelector("#panel[data-root]");
  }

  heard(frame) {
    if (frame.ready) this.waiting.outbox.hurry(); // the line is back
    else if (frame.messages) {
      this.take(frame.messages);
      // only the line tells all in order: what came as an answer says nothing of what others said before it
      if (!this.stale) this.clock = frame.messages.reduce((clock, piece) => Math.max(clock, piece.clock), this.clock);
    } else if (frame.reset) this.again();
    else if (frame.gone) location.assign("/chat/");
    else if (frame.typing) this.writes(frame.typing);
    else if (frame.read) this.receipts?.heard(frame.read);
    else if (frame.swept) swept(this, frame.swept);
    else aside(frame);
  }

  // Until it is drawn anew it goes on from where it was: a line that breaks meanwhile costs nothing.
  async again() {
    this.stale = (this.stale ?? 0) + 1;
    if (this.stale > 1) return;
    this.meanwhile = [];
    const clock = await anew(this);
    if (clock === null) location.assign("/chat/");
    else this.clock = Math.max(this.clock, clock);
  }

  take(pieces) {
    if (this.stale) this.meanwhile.push(...pieces);
    const [along, past] = [this.talk.atEnd, "past" in this.dataset];
    for (const piece of pieces) {
      this.number = Math.max(this.number, piece.number);
      if (piece.number || !piece.root) this.talk.put(piece, !past && piece.number > 0);
      const root = Number(this.thread?.dataset.root);
      if (root && (piece.root === root || piece.id === root)) this.answers.put(piece, piece.root === root && !("past" in this.thread.dataset));
      if (String(piece.by) !== this.me) this.writes("");
    }
    if (along || pieces.some((piece) => String(piece.by) === this.me && piece.number)) this.talk.toEnd();
    if (along && !past) this.talk.trim(this.dataset.olderText);
    this.answers?.toEnd();
    this.receipts?.draw();
    this.seen();
  }

  writes(name) {
    const line = this.querySelector("[data-typing]");
    if (!line) return;
    clearTimeout(this.typingTimer);
    line.textContent = name ? this.dataset.typingText.replace("NAME", name) : "";
    if (name) this.typingTimer = setTimeout(() => this.writes(""), TYPING_LASTS);
  }

  // Somebody looks at the end of the list: what is there counts as read, a moment later.
  seen() {
    if (document.hidden || !this.talk.atEnd || "past" in this.dataset || this.told === this.number) return;
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => {
      this.told = this.number;
      send(this.dataset.read, new URLSearchParams({ number: this.number })).catch(() => { this.told = null; });
    }, READ_AFTER);
  }

  scrolled() {
    this.seen();
    const older = this.talk.element.querySelector("[data-older]");
    if (older && this.talk.element.scrollTop < 200) this.load(older, "afterbegin");
  }

  async load(link, where) {
    if (await this.talk.more(link, where) && !this.talk.element.querySelector("[data-newer]")) delete this.dataset.past;
  }

  async clicked(event) {
    const link = event.target.closest("[data-thread], [data-close-thread], [data-older], [data-newer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("older" in link.dataset) return void this.load(link, "afterbegin");
    if ("newer" in link.dataset) return void this.load(link, "beforeend");
    await open(this, link.href);
  }
}

customElements.define("chat-page", ChatPage);
