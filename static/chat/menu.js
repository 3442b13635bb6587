// What can be done with a message: signs under it, its menu, changing it in its place.
import { pick } from "chat/emoji-picker";
import { along } from "chat/keys";
import { open as openThread } from "chat/thread";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

export class Menu {
  constructor(page) {
    this.page = page;
    document.addEventListener("click", (event) => this.clicked(event), { signal: page.listeners.signal });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.element) this.close();
      along(event, this.element);
    }, { signal: page.listeners.signal });
  }

  clicked(event) {
    const message = event.target.closest(".message[data-id]");
    const chip = event.target.closest(".reactions > [data-emoji]");
    if (chip && message) return this.react(message.dataset.id, chip.dataset.emoji, chip.getAttribute("aria-pressed") === "true");
    if (this.element?.contains(event.target)) return this.chosen(event.target.closest("button"));
    this.close();
    const more = event.target.closest("[data-more]");
    if (more && message && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      this.open(message, more);
    }
    return undefined;
  }

  open(message, more) {
    const { dataset } = this.page;
    const menu = this.page.querySelector("template[data-menu]").content.firstElementChild.cloneNode(true);
    const mine = message.dataset.by === this.page.me;
    const may = {
      bare: (mine || "moderates" in dataset) && message.querySelector(".parcel--page") !== null,
      edit: mine && "answers" in dataset, "take-back": mine || "moderates" in dataset, pin: "edits" in dataset,
      unread: message.dataset.number !== "0", quote: (message.closest("#panel") ?? this.page).querySelector("chat-composer") !== null, thread: !message.closest("#panel"),
    };
    for (const one of menu.querySelectorAll("[data-do]")) if (may[one.dataset.do] === false) one.remove();
    if (!("reacts" in dataset)) menu.querySelector(".reactions").remove();
    document.body.append(menu);
    const at = more.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    menu.style.insetInlineStart = `${Math.max(8, at.right - width)}px`;
    menu.style.insetBlockStart = `${Math.max(8, Math.min(at.bottom, innerHeight - height - 8))}px`;
    this.element = menu;
    this.message = message;
    this.opener = more;
    menu.querySelector("button")?.focus();
  }

  close() {
    if (this.element?.contains(document.activeElement)) this.opener.focus();
    this.element?.remove();
    this.element = null;
  }

  async chosen(button) {
    if (!button) return undefined;
    const { message } = this;
    const { id } = message.dataset;
    const { opener } = this;
    this.close();
    if ("pick" in button.dataset) return void pick(opener, (sign) => this.react(id, sign, false));
    if (button.dataset.react) await this.react(id, button.dataset.react, false);
    else if (button.dataset.do === "thread") await openThread(this.page, `${this.page.dataset.url}?thread=${id}`);
    else if (button.dataset.do === "edit") await this.edit(message);
    else if (button.dataset.do === "quote") await this.quote(message);
    else if (button.dataset.do === "forward") location.assign(`/chat/message/${id}/forward/`);
    else if (button.dataset.do === "begin") location.assign(`/chat/message/${id}/begin/${button.dataset.what}/`);
    else if (button.dataset.do === "remind") location.assign(`/chat/message/${id}/save/`);
    else if (button.dataset.do === "link") await copy(new URL(`/chat/message/${id}/`, location.href).href, button.dataset.copied);
    else {
      const verb = button.dataset.do === "pin" && "pinned" in message.dataset ? "unpin" : button.dataset.do;
      await this.act(id, verb);
    }
    return undefined;
  }

  // Write its quotation in the composer beside it: of the thread, or of the channel.
  async quote(message) {
    const answer = await fetch(`/chat/message/${message.dataset.id}/quotation/`).catch(() => null);
    const place = message.closest("#panel") ?? this.page;
    if (answer?.ok) place.querySelector("chat-composer").write(await answer.text());
  }

  react(id, emoji, off) {
    return this.act(id, "react", off ? { emoji, off: 1 } : { emoji });
  }

  async act(id, verb, fields = {}) {
    try {
      const answer = await (await send(`/chat/message/${id}/${verb}/`, new URLSearchParams(fields))).json();
      if (answer.toast) toast(answer.toast);
      if (verb === "unread") this.page.told = this.page.number;
    } catch (problem) {
      toast({ text: problem.message });
    }
  }

  async edit(message) {
    const address = `/chat/message/${message.dataset.id}/`;
    if (message.querySelector(".message__editing")) return;
    const text = message.querySelector(".message__text");
    if (!text) return void location.assign(`${address}?edit`); // files without words
    const source = await fetch(`${address}source/`).catch(() => null);
    if (!source?.ok || !text.isConnected) return;
    const form = this.page.querySelector("template[data-editing]").content.firstElementChild.cloneNode(true);
    const field = form.querySelector("textarea");
    field.value = await source.text();
    text.hidden = true;
    text.after(form);
    field.focus();
    const end = () => {
      if (form.previousElementSibling) form.previousElementSibling.hidden = false; // its words, as they are by now
      if (form.contains(document.activeElement) && matchMedia("(hover: hover)").matches) {
        (message.closest("#panel") ?? this.page).querySelector(".composer__text")?.focus({ preventScroll: true });
      }
      form.remove();
    };
    form.querySelector("[data-cancel]").addEventListener("click", end);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") end();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await send(address, new FormData(form));
        end();
      } catch (problem) {
        const line = form.querySelector("[data-problem]");
        line.textContent = problem.message;
        line.hidden = false;
      }
    });
  }

  editLast(talk) {
    const mine = [...talk.messages()].findLast((one) => one.classList.contains("is-mine") && !one.classList.contains("is-gone"));
    if (mine) this.edit(mine);
  }
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: said });
  } catch {
    prompt("", text); // a page without https may not write there
  }
}
