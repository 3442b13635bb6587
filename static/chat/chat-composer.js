// <chat-composer> around the form: Enter sends; what is sent stands there at once, and what could not be sent stays.
import { send } from "shell/http";
import "marks/mention-field";
import { commanding, linking, typing } from "chat/emoji";
import { pick } from "chat/emoji-picker";
import { Parcels } from "chat/parcels";
import { Voice } from "chat/voice";
import { fail } from "chat/waiting";

const KEEP_DRAFT_AFTER = 1000;

class ChatComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.querySelector("textarea");
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const place = this.closest("#panel") ?? this.page ?? this;
    this.parcels = new Parcels(this.form, { signal, place });
    this.voice = new Voice(this, { signal, take: (file) => this.parcels.set([...this.parcels.files, file]) });
    const offers = this.querySelector("mention-field");
    customElements.upgrade(offers); // what stands within is made after this
    offers.sources.push(typing, linking, commanding);
    this.querySelector("[data-smile]").addEventListener("click", ({ currentTarget }) => pick(currentTarget, (sign) => this.write(sign)), { signal });
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.field.addEventListener("input", () => this.typed(), { signal });
    if (this.field.dataset.draft && matchMedia("(hover: hover)").matches) this.field.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    this.listeners.abort();
    clearTimeout(this.timer);
  }

  get page() {
    return document.querySelector("chat-page");
  }

  pressed(event) {
    const offers = event.defaultPrevented || this.querySelector("[role=listbox]:not([hidden])"); // a name was chosen
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !offers) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.field.value && !offers) {
      event.preventDefault();
      this.page.menu.editLast(this.closest("#panel") ? this.page.answers : this.page.talk);
    }
  }

  // Put it where the caret is.
  write(text) {
    this.field.focus();
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  typed() {
    this.page.wire.typing();
    this.problem("");
    this.tell("");
    if (!this.field.dataset.draft) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keepDraft(), KEEP_DRAFT_AFTER);
  }

  keepDraft() {
    send(this.field.dataset.draft, new URLSearchParams({ text: this.field.value })).catch(() => {});
  }

  submitted(event) {
    if (event.submitter?.hasAttribute("formaction")) return; // a page of its own asks what it needs
    event.preventDefault();
    const text = this.field.value.trim();
    const { names } = this.parcels;
    if (!text && !names) return;
    const said = new FormData(this.form);
    said.set("key", crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`);
    said.set("text", text);
    clearTimeout(this.timer);
    this.field.value = "";
    this.parcels.set([]);
    this.parcels.choose([]);
    this.form.querySelector("[name=also]:checked")?.click();
    const [key, root, also] = ["key", "root", "also"].map((name) => said.get(name) ?? "");
    if (names) this.send(said, this.page.waiting.stand(key, root, text || names));
    else this.page.waiting.say({ key, root, also, text, action: this.form.action });
  }

  // Files go by themselves, and wait as long as the page is open.
  async send(said, shown) {
    try {
      const piece = await this.parcels.send(this.form.action, said);
      if (piece.told !== undefined) {
        shown.remove();
        this.tell(piece.told);
      } else this.page.take([piece]);
    } catch (problem) {
      if ([400, 403, 409, 413].includes(problem.status)) {
        shown.remove();
        this.parcels.set(said.getAll("files").filter((file) => file.name));
        this.parcels.choose(said.getAll("chosen"), said.getAll("copied"));
        this.back(said.get("text"), problem.message);
        return;
      }
      fail(shown, problem.message, () => this.send(said, shown), () => {});
      if (problem.status === 0) addEventListener("online", () => shown.isConnected && this.send(said, shown), { once: true });
    }
  }

  // What a command answers to whoever typed it, until they write on.
  tell(text) {
    const line = this.querySelector("[data-told]");
    line.textContent = text;
    line.hidden = !text;
  }

  // It was refused: the words are here again, to be said otherwise.
  back(text, why) {
    this.field.value = text;
    this.problem(why);
    this.field.focus();
  }

  problem(text) {
    const line = this.querySelector("[data-problem]");
    line.textContent = text;
    line.hidden = !text;
  }
}

customElements.define("chat-composer", ChatComposer);
