// <live-comments> around what is said about one thing: others' words appear, what one writes stays where it is.
import "marks/mention-field";
import { Drafts } from "marks/drafts";
import { merge, scroller } from "marks/merge";
import { send } from "shell/http";
import { toast } from "shell/toast-stack";

class LiveComments extends HTMLElement {
  connectedCallback() {
    this.drafts = new Drafts(this);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("input", ({ target }) => this.drafts.keep(target), { signal });
    this.addEventListener("live:change", () => this.draw(), { signal });
    document.addEventListener("collab:undone", () => this.draw({ mine: true }), { signal });
    this.drafts.restore(this);
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.asked?.abort();
  }

  get threads() {
    return this.querySelector("#threads");
  }

  // The threads again from the server, as far back as they are shown. `mine`: what I just did may replace where I am.
  async draw({ mine = false } = {}) {
    this.asked?.abort();
    this.asked = new AbortController();
    const url = new URL(this.dataset.src, location.href);
    const first = this.threads.querySelector("[data-thread]");
    if (first) url.searchParams.set("since", first.dataset.thread);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.asked.signal });
      if (!answer.ok) return;
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("threads");
      if (drawn) this.show(document.adoptNode(drawn), mine);
    } catch (error) {
      if (error.name !== "AbortError") throw error; // a later question is under way
    }
  }

  show(drawn, mine) {
    const active = this.contains(document.activeElement) ? document.activeElement : null;
    const before = active?.getBoundingClientRect().top;
    merge(this.threads, drawn, mine);
    this.threads.dataset.count = drawn.dataset.count;
    window.htmx?.process(this.threads);
    this.drafts.restore(this);
    const kept = active?.isConnected ? active : active?.id ? document.getElementById(active.id) : null;
    if (kept && kept !== document.activeElement) kept.focus({ preventScroll: true });
    // what was added above must not push away what one is writing
    if (kept) scroller(this).scrollTop += kept.getBoundingClientRect().top - before;
    for (const place of document.querySelectorAll("[data-comments]")) place.textContent = Number(drawn.dataset.count) || "";
  }

  async submitted(event) {
    const { target: form, submitter } = event;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const body = new FormData(form);
    const words = form.querySelector("textarea")?.value;
    if (submitter?.name) body.append(submitter.name, submitter.value);
    try {
      const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
      const data = await (await send(url, body)).json();
      if (data.toast) toast(data.toast);
      this.sent(form, words);
      await this.draw({ mine: true });
      if (form.matches(".say")) document.getElementById(`comment-${data.id}`)?.scrollIntoView({ block: "nearest" });
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      refuse(form, problem.message);
    } finally {
      form.ariaBusy = "false";
    }
  }

  sent(form, words) {
    refuse(form, "");
    const field = form.querySelector("textarea");
    if (field) field.defaultValue = "";
    if (!field || field.value !== words) return; // what was written since is kept as it is
    this.drafts.drop(field);
    field.value = "";
    const answering = form.closest(".thread__answer");
    if (answering) answering.open = false;
    if (form.matches("[data-editing]")) form.remove();
  }

  async clicked(event) {
    const link = event.target.closest("[data-edit], [data-cancel], [data-react]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const said = link.closest(".said");
    if (link.matches("[data-react]")) return this.offer(link);
    if (link.matches("[data-cancel]")) {
      this.drafts.drop(said.querySelector("textarea"));
      said.querySelector("[data-editing]").remove();
      return this.draw({ mine: true });
    }
    if (said.querySelector("[data-editing]")) return undefined;
    const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return location.assign(link.href);
    const form = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form");
    said.querySelector(".said__body").after(document.adoptNode(form));
    this.drafts.restore(form);
    return form.querySelector("textarea").focus();
  }

  // The signs, under the comment that is reacted to.
  offer(link) {
    const open = link.form?.querySelector(".said__choice") ?? link.parentElement.querySelector(".said__choice");
    if (open) return open.remove();
    const choice = this.querySelector("template[data-signs]").content.firstElementChild.cloneNode(true);
    link.after(choice);
    return choice.querySelector("button").focus();
  }

  pressed(event) {
    const choice = event.target.closest(".said__choice");
    if (event.key === "Escape" && choice) {
      event.stopPropagation();
      choice.previousElementSibling.focus();
      choice.remove();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  }
}

function refuse(form, sentence) {
  const place = form.querySelector(".field__error") ?? form.closest("live-comments").querySelector(":scope > .say .field__error");
  if (!place) return;
  place.hidden = !sentence;
  place.querySelector("span").textContent = sentence;
}

customElements.define("live-comments", LiveComments);
