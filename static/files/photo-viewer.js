// One picture full screen: arrows and swipes lead to the next, Space plays them one after the other, Escape closes.
import { fill, withQuery } from "files/fetched";
import { within } from "files/within";

const PAUSE = 4000; // milliseconds that a picture stays when they play
const SWIPE = 48; // points
const GIVE_UP = 8000;
const ACTS = { ArrowRight: "after", ArrowLeft: "before", i: "facts", " ": "play" };

class PhotoViewer extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.stage = this.querySelector("[data-stage]");
    this.facts = this.querySelector("[data-facts]");
    this.open = (event) => {
      const link = event.target.closest?.("a.shot");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      this.show(link);
    };
    this.back = () => this.dialog.open && this.dialog.close();
    document.addEventListener("click", this.open);
    window.addEventListener("popstate", this.back);
    this.addEventListener("click", (event) => this.act(event.target.closest("[data-act]")?.dataset.act));
    this.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("close", () => this.closed());
    this.stage.addEventListener("pointerdown", (event) => (this.start = { x: event.clientX, y: event.clientY }));
    this.stage.addEventListener("pointerup", (event) => this.swiped(event));
    this.stage.addEventListener("pointercancel", () => (this.start = null));
    within(this.facts, { link: () => this.link, sign: this.querySelector("[data-kept]"), again: () => this.tell() });
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.open);
    window.removeEventListener("popstate", this.back);
    clearTimeout(this.timer);
  }

  show(link) {
    this.link?.classList.remove("is-open");
    this.link = link;
    link.classList.add("is-open");
    const name = link.querySelector("img").alt;
    this.stage.replaceChildren(link.hasAttribute("data-film") ? this.film(link, name) : this.picture(link, name));
    this.querySelector("[data-name]").textContent = this.querySelector("[data-said]").textContent = name;
    if (!this.dialog.open) {
      history.pushState({ photo: true }, "", location.href);
      this.dialog.showModal();
    }
    if (!this.facts.hidden) this.tell();
    this.ahead();
  }

  // The small picture at once, the large one over it as soon as it has come.
  picture(link, name) {
    const small = link.querySelector("img");
    const shown = new Image();
    shown.alt = name;
    shown.draggable = false;
    shown.src = small.src;
    this.large(small.src).then((address) => this.link === link && address && (shown.src = address));
    return shown;
  }

  film(link, name) {
    const shown = document.createElement("video");
    shown.controls = shown.autoplay = shown.playsInline = true;
    shown.setAttribute("aria-label", name);
    shown.src = withQuery(link.href, { part: "film" });
    return shown;
  }

  // Resolves to the address of the large picture once it is there, "" when it does not come.
  async large(small) {
    const address = small.replace("/small/", "/large/").replace("size=small", "size=large");
    for (let waited = 0; waited < GIVE_UP; waited += 1000) {
      const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
      if (answer?.status !== 202) return answer?.ok ? address : "";
      await new Promise((done) => setTimeout(done, 1000));
    }
    return "";
  }

  async ahead() {
    const next = await this.timeline.beside(this.link, 1);
    if (next && !next.hasAttribute("data-film")) this.large(next.querySelector("img").src);
  }

  get timeline() {
    return document.querySelector("gallery-timeline");
  }

  async step(by) {
    const found = await this.timeline.beside(this.link, by);
    if (found && this.dialog.open) this.show(found);
    return Boolean(found);
  }

  act(what) {
    if (what === "close") this.dialog.close();
    else if (what === "before" || what === "after") this.step(what === "after" ? 1 : -1);
    else if (what === "play") this.play(!this.timer);
    else if (what === "facts") {
      this.facts.hidden = !this.facts.hidden;
      this.querySelector("[data-act=facts]").setAttribute("aria-expanded", String(!this.facts.hidden));
      if (!this.facts.hidden) this.tell();
    }
  }

  tell() {
    return fill(this.facts, withQuery(this.link.href, { part: "facts" }));
  }

  play(on) {
    clearInterval(this.timer);
    this.timer = on ? setInterval(async () => (await this.step(1)) || this.play(false), PAUSE) : 0;
    this.querySelector("[data-act=play]").setAttribute("aria-pressed", String(on));
  }

  key(event) {
    const what = ACTS[event.key];
    if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " && event.target.closest("button, a, video")) return;
    if (event.key.startsWith("Arrow") && event.target.closest("video")) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(what);
  }

  swiped(event) {
    const { x, y } = this.start ?? { x: event.clientX, y: event.clientY };
    const [across, down] = [event.clientX - x, event.clientY - y];
    this.start = null;
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) this.step(across < 0 ? 1 : -1);
    else if (down > 2 * SWIPE) this.dialog.close();
  }

  closed() {
    this.play(false);
    this.stage.replaceChildren();
    this.link?.classList.remove("is-open");
    this.link?.focus();
    this.link?.scrollIntoView({ block: "nearest" });
    if (history.state?.photo) history.back();
  }
}

customElements.define("photo-viewer", PhotoViewer);
