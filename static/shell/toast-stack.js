// <toast-stack>: what was just done, for ten seconds, with the form that undoes it. One toast at a time.
import { send } from "shell/http";

const SHOWN_FOR = 10_000;

export class ToastStack extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => this.pause(), { signal });
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.start(), { signal });
    this.addEventListener("submit", (event) => this.undo(event), { signal });
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.observer = new MutationObserver(() => this.start());
    this.observer.observe(this, { childList: true });
    this.start();
  }

  disconnectedCallback() {
    this.listeners.abort();
    this.observer.disconnect();
    this.pause();
  }

  // Scripts that did something themselves say it here: { text, undo, fields }.
  show({ text, undo = "", fields = {} }) {
    const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
    toast.querySelector("span").textContent = text;
    const form = toast.querySelector("form");
    if (undo) {
      form.action = undo;
      for (const [name, value] of Object.entries(fields)) form.append(hidden(name, value));
    } else {
      form.remove();
    }
    this.replaceChildren(toast);
  }

  start() {
    this.pause();
    if (this.firstElementChild) this.timer = setTimeout(() => this.replaceChildren(), SHOWN_FOR);
  }

  pause() {
    clearTimeout(this.timer);
  }

  async undo(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    this.pause();
    try {
      const answer = await send(form.action, new URLSearchParams(new FormData(form))); // a plain form, as without script
      if (answer.status === 202) return location.assign((await answer.json()).url); // its page shows how far it is
    } catch (problem) {
      return this.refused(problem);
    }
    this.replaceChildren();
    // A page that can redraw just its list takes this event over; the others load again.
    if (document.dispatchEvent(new CustomEvent("collab:undone", { cancelable: true }))) location.reload();
    return undefined;
  }

  refused(problem) {
    const notice = document.getElementById("notice");
    const banner = document.getElementById("notice-template")?.content.firstElementChild.cloneNode(true);
    this.replaceChildren();
    if (!notice || !banner) return;
    banner.querySelector("span").textContent = problem.message;
    notice.replaceChildren(banner);
  }

  pressed(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    const form = this.querySelector("form[data-undo]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  }
}

function hidden(name, value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  return input;
}

export const toast = (what) => document.querySelector("toast-stack")?.show(what);

customElements.define("toast-stack", ToastStack);
