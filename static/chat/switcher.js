// <channel-switcher>: Ctrl K among the channels of the column: where something waits first, then where one was lately.
// The field keeps the focus, arrows choose, Enter opens; Ctrl K once more searches everything.
import { open } from "shell/dialogs";

const KEPT = 20;

class ChannelSwitcher extends HTMLElement {
  connectedCallback() {
    this.dialog = this.closest("dialog");
    this.field = this.querySelector("[role=combobox]");
    this.list = this.querySelector("[role=listbox]");
    this.key = `chat-lately:${document.body.dataset.me}`;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    document.addEventListener("keydown", (event) => this.called(event), { signal, capture: true });
    this.field.addEventListener("input", () => this.draw(), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.note(document.querySelector("chat-page")?.dataset.channel);
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  called(event) {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
    const other = document.querySelector("dialog[open]");
    if (other && other !== this.dialog) return;
    event.preventDefault();
    if (other) {
      other.close();
      open(document.getElementById("go"));
      return;
    }
    this.field.value = "";
    open(this.dialog);
    this.draw();
  }

  get lately() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]").map(String);
    } catch {
      return [];
    }
  }

  note(channel) {
    if (!channel) return;
    try {
      localStorage.setItem(this.key, JSON.stringify([channel, ...this.lately.filter((one) => one !== channel)].slice(0, KEPT)));
    } catch {
      // a device that keeps nothing: then the order of the column is that of the list
    }
  }

  draw() {
    const typed = plain(this.field.value);
    const { lately } = this;
    const rank = (line) => {
      if (line.querySelector("[data-badge]:not([hidden])")) return -2;
      if (line.classList.contains("is-unread")) return -1;
      const at = lately.indexOf(line.dataset.channel);
      return at < 0 ? KEPT : at;
    };
    const lines = [...document.querySelectorAll("#channels [data-channel]:not([aria-current])")]
      .filter((line) => typed.split(" ").every((word) => plain(line.textContent).includes(word)))
      .sort((one, other) => rank(one) - rank(other))
      .slice(0, 12);
    this.list.replaceChildren(...lines.map((line, place) => option(line, place)));
    this.querySelector("[data-none]").hidden = lines.length > 0;
    this.mark(this.list.firstElementChild);
  }

  mark(line) {
    this.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    line?.setAttribute("aria-selected", "true");
    if (line) this.field.setAttribute("aria-activedescendant", line.id);
    else this.field.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const options = [...this.list.children];
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) this.mark(options[(at + step + options.length) % options.length]);
    else if (event.key === "Enter") options[at]?.click();
    else return;
    event.preventDefault();
  }
}

function option(line, place) {
  const one = line.cloneNode(true);
  one.id = `switch-${place}`;
  one.setAttribute("role", "option");
  one.setAttribute("aria-selected", "false");
  one.tabIndex = -1;
  return one;
}

// Letters without accents and case.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

customElements.define("channel-switcher", ChannelSwitcher);
