// <co-editor> around the form of a text: once the server answers, an editor that several people share takes its place.
import { editor } from "writing/editor";
import { Line } from "writing/line";
import { People } from "writing/people";
import { Preview } from "writing/preview";
import { keepBeside, retitle } from "writing/page";

const GRACE = 1500;

class CoEditor extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.socket) return; // the page shows two texts, to be compared
    this.people = new People(this.part("people"), this.part("others"));
    this.preview = this.part("prose") && new Preview(this.part("prose"), this.dataset.preview);
    this.begin();
    this.addEventListener("click", ({ target }) => this.clicked(target));
    this.leaving = (event) => this.line?.pending && event.preventDefault();
    addEventListener("beforeunload", this.leaving);
  }

  disconnectedCallback() {
    removeEventListener("beforeunload", this.leaving);
    this.line?.end();
    this.shown?.view.destroy();
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  words(name) {
    return this.querySelector("template[data-words]").content.querySelector(`[data-word="${name}"]`)?.textContent ?? "";
  }

  async begin() {
    this.engine ??= await import(this.dataset.engine);
    const line = new Line(this.engine.Y, this.dataset.socket);
    this.line = line;
    const on = (kind, act) => line.addEventListener(kind, ({ detail }) => line === this.line && act(detail));
    on("begun", () => this.shown || this.show());
    on("state", () => this.tell());
    on("who", (who) => this.people.meet(who));
    on("gone", (why) => this.end(why));
    on("refused", (why) => this.warn(this.words(why)));
    on("moved", () => retitle(this));
    on("anew", () => this.anew());
  }

  // The text has come: the form makes way.
  show() {
    const { dataset, line } = this;
    const writes = line.may === "write";
    this.shown = editor(this.engine, line, {
      parent: this.part("editor"), label: dataset.label, hint: "writing-hint", nonce: document.querySelector("script[nonce]").nonce,
      markdown: "markdown" in dataset, placeholder: writes ? this.words("placeholder") : "", phrases: JSON.parse(dataset.phrases),
      changed: () => this.draw(), full: () => this.warn(this.words("too-long")),
    });
    this.part("plain").hidden = true;
    const pane = this.querySelector("[data-pane]");
    if (pane && matchMedia("(max-width: 47.99rem)").matches) this.beside(pane, false);
    for (const part of this.querySelectorAll("[data-live]")) part.hidden = false;
    if (writes && document.activeElement === document.body) this.shown.view.focus();
    this.tell();
    this.draw();
  }

  draw() {
    this.preview?.draw(() => this.shown.view.state.doc.toString());
  }

  // What becomes of the words: kept, on their way, or waiting for a connection.
  tell() {
    const { line } = this;
    clearTimeout(this.grace);
    if (!this.shown) return;
    if (line.may !== this.allowed) {
      if (this.allowed) this.warn(line.may === "read" ? this.words("read-now") : "");
      this.allowed = line.may;
      this.shown.allow();
      this.part("tools")?.toggleAttribute("inert", line.may !== "write");
    }
    if (line.ended) return;
    if (!line.online) this.grace = setTimeout(() => this.say("offline"), GRACE);
    else if (line.pending) this.say("saving");
    else if (line.problem) this.say(this.words(`problem-${line.problem}`) ? `problem-${line.problem}` : "problem", "problem");
    else this.say(line.may === "write" ? "saved" : "reading");
  }

  say(word, state = word) {
    const place = this.part("state");
    if (place.dataset.word === word) return;
    Object.assign(place.dataset, { word, state });
    place.textContent = this.words(word);
  }

  warn(sentence) {
    const place = this.part("warning");
    place.hidden = !sentence;
    place.querySelector("span").textContent = sentence;
  }

  end(why) {
    this.line.may = "read";
    this.tell();
    this.warn(this.words(`gone-${why}`));
    this.say("ended");
    this.people.leave();
    this.part("plain").hidden = true;
  }

  // The text was begun anew on the server while this page was away: its own words become a file beside.
  async anew() {
    const mine = this.line.pending ? this.line.text.toString() : null;
    this.shown?.view.destroy();
    this.shown = this.allowed = null;
    this.people.leave();
    this.begin();
    if (mine === null) return;
    try {
      const copy = await keepBeside(this.dataset.url, mine);
      if (copy) this.warn(`${this.words("kept-beside")} ${copy}`);
    } catch (problem) {
      this.warn(`${problem.message} ${mine}`);
    }
  }

  clicked(target) {
    const tool = target.closest("[data-tool]");
    if (tool && this.shown) {
      this.shown.tools[tool.dataset.tool](this.shown.view);
      this.shown.view.focus();
    }
    const pane = target.closest("[data-pane]");
    if (!pane || !this.shown) return;
    this.beside(pane, pane.ariaPressed !== "true");
    this.draw();
  }

  // The preview stands beside the text; on a phone, in its place.
  beside(button, shown) {
    button.ariaPressed = String(shown);
    this.part("prose").hidden = !shown;
    this.toggleAttribute("data-beside", shown);
  }
}

customElements.define("co-editor", CoEditor);
