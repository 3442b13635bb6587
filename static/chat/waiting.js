// What was said on this page and is on its way, as it will stand: made of the page's own template, its words as text.
import { Outbox } from "chat/outbox";

export class Waiting {
  constructor(page) {
    this.page = page;
    this.outbox = new Outbox(page.me, (what, letter, detail) => this.told(what, letter, detail), page.listeners.signal);
  }

  // Show what waits for this channel or its thread since before; what is here already arrived.
  show() {
    for (const letter of this.outbox.letters()) {
      if (letter.channel !== this.page.dataset.channel) continue;
      if (document.querySelector(`.message[data-id][data-key="${CSS.escape(letter.key)}"]`)) {
        this.outbox.drop(letter);
        continue;
      }
      if (!this.stand(letter.key, letter.root, letter.text)) continue;
      const field = this.#composer(letter.root)?.querySelector("textarea");
      if (field?.value.trim() === letter.text) field.value = ""; // the draft of it
      if (letter.refused !== undefined) this.#wait(letter, letter.refused);
    }
    this.outbox.flush();
  }

  say(letter) {
    this.stand(letter.key, letter.root, letter.text);
    this.outbox.add({ ...letter, channel: this.page.dataset.channel });
  }

  // Put it at the end of where it belongs; null where that is not shown.
  stand(key, root, text) {
    const talk = this.#talk(root);
    if (!talk || this.#shown(key)) return null;
    const shown = this.page.querySelector("template[data-sending]").content.firstElementChild.cloneNode(true);
    shown.dataset.key = key;
    shown.querySelector(".message__text").textContent = text;
    talk.element.querySelector("[data-empty]")?.remove();
    talk.element.append(shown);
    talk.toEnd();
    return shown;
  }

  told(what, letter, detail) {
    if (what === "sent") {
      const here = letter.channel === this.page.dataset.channel;
      if (here && detail.told !== undefined) this.#composer(letter.root)?.tell(detail.told); // a command's answer
      else if (here) this.page.take([detail]);
      this.#shown(letter.key)?.remove();
      return;
    }
    const composer = this.#composer(letter.root);
    const mine = letter.channel === this.page.dataset.channel && this.#shown(letter.key);
    if (what === "refused" && mine && composer && !composer.field.value) {
      mine.remove();
      this.outbox.drop(letter);
      composer.back(letter.text, detail.message);
      return;
    }
    const why = detail.status === 429 ? detail.message : this.page.dataset.waitsText;
    for (const one of this.outbox.letters()) {
      if (what === "waits" || one.key === letter.key) this.#wait(one, one.refused ?? why);
    }
  }

  // Say under it why it is not there yet, and what can be done.
  #wait(letter, why) {
    const shown = this.#shown(letter.key);
    if (shown) fail(shown, why, () => this.outbox.again(letter), () => this.outbox.drop(letter));
  }

  #shown(key) {
    return document.querySelector(`.is-sending[data-key="${CSS.escape(key)}"]`);
  }

  #talk(root) {
    if (!root) return this.page.talk;
    return this.page.thread?.dataset.root === String(root) ? this.page.answers : null;
  }

  #composer(root) {
    return (root ? this.page.thread : this.page)?.querySelector("chat-composer");
  }
}

export function fail(shown, why, again, drop) {
  const line = shown.querySelector("[data-failed]");
  shown.classList.add("is-failed");
  shown.querySelector("[role=status]").hidden = true;
  line.hidden = false;
  if (why) line.querySelector(".note").textContent = why;
  line.querySelector("[data-again]").onclick = () => {
    line.hidden = true;
    shown.classList.remove("is-failed");
    shown.querySelector("[role=status]").hidden = false;
    again();
  };
  line.querySelector("[data-drop]").onclick = () => {
    shown.remove();
    drop();
  };
}
