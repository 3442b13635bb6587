// <drop-form> around a form with files: they are dropped anywhere on the page or chosen, checked, and sent one by one.
// Without script the browser sends the form itself.
import { DropLine, parsed, refusal } from "files/drop-line";
import { dropped } from "files/dropped";
import { fill } from "files/measure";

class DropForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form) return;
    this.listeners = new AbortController();
    this.lines = [];
    this.input = this.form.querySelector("input[type=file]");
    this.words = { ...this.querySelector("[data-words]").dataset };
    const number = (name) => (this.dataset[name] ? Number(this.dataset[name]) : Infinity);
    this.rules = { largest: number("largest"), files: number("files"), most: number("most"), together: number("together"), kinds: (this.input.accept || "").split(",").filter(Boolean) };
    this.input.required = false;
    this.input.classList.add("unseen");
    for (const one of this.querySelectorAll("[data-fallback]")) one.hidden = true;
    this.classList.add("is-live");
    this.listen();
  }

  disconnectedCallback() {
    this.listeners?.abort();
  }

  listen() {
    const { signal } = this.listeners;
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.input.addEventListener("change", () => this.chosen(), { signal });
    this.form.addEventListener("click", (event) => this.clicked(event), { signal });
    let depth = 0;
    const over = (event, step) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      depth = Math.max(0, depth + step);
      this.classList.toggle("is-dropping", depth > 0);
    };
    document.addEventListener("dragenter", (event) => over(event, 1), { signal });
    document.addEventListener("dragleave", (event) => over(event, -1), { signal });
    document.addEventListener("dragover", (event) => over(event, 0), { signal });
    document.addEventListener("drop", async (event) => {
      over(event, -depth);
      if (event.dataTransfer.types.includes("Files")) this.add((await dropped(event.dataTransfer)).files.map((one) => one.file));
    }, { signal });
    addEventListener("beforeunload", (event) => this.busy && event.preventDefault(), { signal });
  }

  chosen() {
    const files = [...this.input.files];
    this.input.value = ""; // the same file may be chosen again after it was removed
    this.add(files);
  }

  add(files) {
    const list = this.querySelector("[data-lines]");
    for (const file of files) {
      const line = new DropLine(file, this.querySelector("template"), this.words);
      const why = refusal(file, this.lines.filter((one) => one.state !== "refused"), this.rules, this.words);
      if (why) line.set("refused", why);
      this.lines.push(line);
      list.append(line.root);
    }
    this.notice("");
    this.sum();
  }

  clicked(event) {
    const line = this.lines.find((one) => one.root.contains(event.target));
    if (!line || !event.target.closest("button")) return;
    if (event.target.closest("[data-retry]")) {
      line.set("waiting", "");
      this.send();
    } else if (event.target.closest("[data-remove]")) {
      line.remove();
      this.lines.splice(this.lines.indexOf(line), 1);
      this.input.focus();
    }
    this.sum();
  }

  submitted(event) {
    event.preventDefault();
    for (const line of this.lines) if (line.state === "lost") line.set("waiting", "");
    if (!this.lines.some((line) => ["waiting", "received"].includes(line.state))) this.notice(this.words.none);
    else this.send();
  }

  // What was refused before is known to who sends; what is refused on the way is to be read before all is closed.
  async send() {
    if (this.busy) return;
    this.busy = true;
    this.notice("");
    const known = new Set(this.lines.filter((line) => line.state === "refused"));
    this.sending ??= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const fields = { ...Object.fromEntries(new FormData(this.form)), sending: this.sending };
    delete fields.files;
    let problem = "";
    for (let line = this.next(); line && !problem; line = this.next()) {
      this.sum();
      problem = await line.send(this.form.action, fields);
    }
    const over = this.lines.every((line) => line.state === "received" || known.has(line));
    if (problem) this.notice(problem);
    else if (over && this.lines.some((line) => line.state === "received")) await this.finish(fields);
    this.busy = false;
    this.sum();
  }

  next() {
    return this.lines.find((line) => line.state === "waiting");
  }

  async finish(fields) {
    const data = new FormData();
    for (const [name, value] of Object.entries({ ...fields, finish: "1" })) data.append(name, value);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
      const said = parsed(await answer.text());
      if (answer.ok && said.location) {
        this.listeners.abort(); // nothing is lost by leaving now
        location.assign(said.location);
      } else this.notice(said.detail ?? this.words.lost);
    } catch {
      this.notice(this.words.lost);
    }
  }

  sum() {
    const done = this.lines.filter((line) => line.state === "received").length;
    const left = this.lines.some((line) => ["waiting", "sending", "lost"].includes(line.state));
    this.querySelector("[data-sum]").textContent = done ? fill(this.words.sum, { done, total: this.lines.length }) : "";
    const button = this.form.querySelector(".bar button.button--primary");
    button.disabled = Boolean(this.busy);
    button.querySelector("[data-label]").textContent = done && !left ? this.words.end : this.words.go;
  }

  notice(text) {
    const notice = this.querySelector("[data-notice]");
    notice.querySelector("span").textContent = text;
    notice.hidden = !text;
  }
}

customElements.define("drop-form", DropForm);
