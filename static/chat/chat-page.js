// <chat-page>: one channel. It hears what happens, puts it in its place, and says how far somebody has read.
import { send } from "shell/http";
import { byKeys, drawColumn, news } from "chat/column";
import { Talk, elements } from "chat/talk";
import { Wire } from "chat/wire";
import { Menu } from "chat/menu";

const READ_AFTER = 600;
const TYPING_LASTS = 5000;

class ChatPage extends HTMLElement {
  connectedCallback() {
    this.me = document.body.dataset.me ?? "";
    this.clock = Number(this.dataset.clock);
    this.number = Number(this.dataset.number);
    this.talk = new Talk(this.querySelector("[data-talk]"), this.me);
    this.talk.element.dataset.talk = "days";
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.menu = new Menu(this);
    this.wire = new Wire(this.dataset.channel, () => this.clock, (frame) => this.heard(frame));
    this.adoptThread();
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("keydown", byKeys, { signal });
    document.addEventListener("visibilitychange", () => this.seen(), { signal });
    addEventListener("popstate", () => location.reload(), { signal });
    this.talk.element.addEventListener("scroll", () => this.scrolled(), { signal, passive: true });
    const mark = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : document.getElementById("new");
    if (mark) mark.scrollIntoView({ block: "center" });
    else this.talk.toEnd();
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.wire.end();
  }

  get thread() {
    return document.querySelector("#panel[data-root]");
  }

  adoptThread() {
    const panel = this.thread;
    this.answers = panel ? new Talk(panel.querySelector("[data-talk]"), this.me) : null;
    this.answers?.toEnd();
    panel?.querySelector("textarea")?.focus();
  }

  heard(frame) {
    if (frame.messages) this.take(frame.messages);
    else if (frame.reset || frame.gone) location.assign(frame.gone ? "/chat/" : this.dataset.url);
    else if (frame.typing) this.writes(frame.typing);
    else if (frame.news) news(frame.news.channel);
    else if (frame.column) drawColumn();
  }

  take(pieces) {
    const along = this.talk.atEnd;
    const past = "past" in this.dataset;
    for (const piece of pieces) {
      this.clock = Math.max(this.clock, piece.clock);
      this.number = Math.max(this.number, piece.number);
      if (piece.number || !piece.root) this.talk.put(piece, !past && piece.number > 0);
      const root = Number(this.thread?.dataset.root);
      if (root && (piece.root === root || piece.id === root)) this.answers.put(piece, piece.root === root);
      if (String(piece.by) !== this.me) this.writes("");
    }
    if (along || pieces.some((piece) => String(piece.by) === this.me && piece.number)) this.talk.toEnd();
    this.answers?.toEnd();
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
    if (link.dataset.loading) return;
    link.dataset.loading = "true";
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return void delete link.dataset.loading;
    const height = this.talk.element.scrollHeight;
    link.parentElement.remove();
    const fresh = elements(await answer.text());
    if (where === "afterbegin") this.talk.element.prepend(...fresh);
    else this.talk.element.append(...fresh);
    for (const one of this.talk.messages()) this.talk.own(one);
    if (where === "afterbegin") this.talk.element.scrollTop += this.talk.element.scrollHeight - height;
    if (!this.talk.element.querySelector("[data-newer]")) delete this.dataset.past;
  }

  async clicked(event) {
    const link = event.target.closest("[data-thread], [data-close-thread], [data-older], [data-newer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if ("older" in link.dataset) return void this.load(link, "afterbegin");
    if ("newer" in link.dataset) return void this.load(link, "beforeend");
    await this.open(link.href);
  }

  async open(address) {
    const asked = new URL(address, location.href);
    const panel = document.getElementById("panel");
    if (!asked.searchParams.get("thread")) {
      panel.replaceChildren();
      panel.hidden = true;
      delete panel.dataset.root;
    } else {
      const answer = await fetch(asked, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (!answer?.ok) return location.assign(asked);
      panel.replaceWith(...elements(await answer.text()));
    }
    history.pushState(null, "", asked);
    this.adoptThread();
    return undefined;
  }
}

customElements.define("chat-page", ChatPage);
