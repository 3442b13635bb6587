// What was said and has not arrived: kept on this device for this person, over a reload too, and sent in its order, once.
// A letter is {key, channel, action, text, root, also, at}; `refused`: why it waits for somebody to decide.
import { send } from "shell/http";

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;
const BY_ITSELF = 24 * 3600 * 1000; // what is older is sent when somebody says so
const REFUSED = new Set([400, 403, 404, 409, 413]);

export class Outbox {
  #stem;
  #here = new Map(); // of a device that keeps nothing
  #count = 0;
  #pause = FIRST_PAUSE;
  #timer = 0;
  #busy = false;

  // `told(what, letter, detail)`: "sent" with the answer, "waits" and "refused" with the Problem.
  constructor(me, told, signal) {
    this.#stem = `chat-waits:${me}:`;
    this.told = told;
    addEventListener("online", () => this.hurry(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.ended = signal;
  }

  letters() {
    const found = new Map(this.#here);
    store(() => {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(this.#stem)) found.set(name, { ...JSON.parse(localStorage.getItem(name)), name });
      }
    });
    const all = [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const one of all) if (Date.now() - one.at > BY_ITSELF) one.refused ??= "";
    return all;
  }

  add(letter) {
    const at = Date.now();
    this.#count += 1;
    this.#keep({ ...letter, at, name: `${this.#stem}${String(at).padStart(14, "0")}:${String(this.#count).padStart(6, "0")}:${letter.key}` });
    this.hurry();
  }

  drop(letter) {
    this.#here.delete(letter.name);
    store(() => localStorage.removeItem(letter.name));
  }

  // Somebody says that it is to go after all.
  again(letter) {
    this.#keep({ ...letter, at: Date.now(), refused: undefined });
    this.hurry();
  }

  hurry() {
    this.#pause = FIRST_PAUSE;
    this.flush();
  }

  async flush() {
    clearTimeout(this.#timer);
    if (this.#busy || this.ended.aborted) return;
    this.#busy = true;
    // one page of this device at a time; where it cannot be told, the keys alone keep things from being said twice
    await (navigator.locks?.request("chat-waits", () => this.#sendAll()) ?? this.#sendAll());
    this.#busy = false;
  }

  async #sendAll() {
    for (;;) {
      const letter = this.letters().find((one) => one.refused === undefined);
      if (!letter || this.ended.aborted) return;
      const { key, text, root, also } = letter;
      const fields = new URLSearchParams({ key, text, ...(root && { root }), ...(also && { also }) });
      try {
        const piece = await (await send(letter.action, fields)).json();
        this.drop(letter);
        this.#pause = FIRST_PAUSE;
        this.told("sent", letter, piece);
      } catch (problem) {
        if (!REFUSED.has(problem.status)) return void this.#later(letter, problem);
        this.#keep({ ...letter, refused: problem.message });
        this.told("refused", letter, problem);
      }
    }
  }

  #later(letter, problem) {
    if (this.ended.aborted) return;
    this.told("waits", letter, problem);
    this.#timer = setTimeout(() => this.flush(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #keep(letter) {
    const kept = store(() => {
      localStorage.setItem(letter.name, JSON.stringify(letter));
      return true;
    });
    if (!kept) this.#here.set(letter.name, letter);
  }
}

// A device may keep nothing for anybody: then it is kept as long as the page is.
function store(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
