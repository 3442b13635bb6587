// <pop-over> around <details class="anchor"><summary>…</summary><div class="popover">…</div></details>.
// Without script the details open by themselves; here they gain the top layer, Escape, arrows and a click beside.

const ITEMS = "a[href], button:not([disabled]), input:not([type=hidden]), select, textarea";
const GAP = 4;

export class PopOver extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.panel = this.details?.querySelector(".popover");
    if (!this.panel) return;
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    if (this.panel.showPopover) this.panel.popover = "manual";
    this.details.addEventListener("toggle", () => this.changed(), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("focusout", (event) => this.left(event), { signal });
    this.panel.addEventListener("click", (event) => event.target.closest("a, button:not([type=submit])") && this.close(), { signal });
    this.panel.addEventListener("htmx:afterSettle", () => this.details.open && this.panel.popover && this.place(), { signal });
    document.addEventListener("pointerdown", (event) => this.contains(event.target) || this.close(), { signal });
    window.addEventListener("resize", () => this.close(), { signal });
  }

  disconnectedCallback() {
    this.listeners?.abort();
  }

  close({ back = false } = {}) {
    if (!this.details?.open) return;
    this.details.open = false;
    if (back) this.details.querySelector("summary").focus();
  }

  changed() {
    if (!this.details.open) {
      if (this.panel.popover) this.panel.hidePopover();
      return;
    }
    for (const other of document.querySelectorAll("pop-over")) if (other !== this) other.close?.();
    if (this.panel.popover) {
      this.panel.showPopover();
      this.place();
    }
    this.panel.querySelector(ITEMS)?.focus({ preventScroll: true });
  }

  // Under the opener, turned upwards when the window ends there; on a phone the stylesheet makes a sheet of it.
  place() {
    const { panel } = this;
    panel.classList.add("is-placed");
    panel.style.removeProperty("top");
    panel.style.removeProperty("left");
    if (matchMedia("(max-width: 47.99rem)").matches) return;
    const opener = this.details.querySelector("summary").getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = panel;
    const below = opener.bottom + GAP + height <= innerHeight;
    const top = below ? opener.bottom + GAP : Math.max(GAP, opener.top - GAP - height);
    const starts = getComputedStyle(this).direction === "rtl" || opener.right - width < GAP ? opener.left : opener.right - width;
    panel.style.setProperty("top", `${top}px`);
    panel.style.setProperty("left", `${Math.max(GAP, Math.min(starts, innerWidth - width - GAP))}px`);
  }

  pressed(event) {
    if (!this.details.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close({ back: true });
      return;
    }
    // in a field of a form the arrows are the field's
    if (!this.panel.classList.contains("menu") || event.target.matches("select, input, textarea")) return;
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...this.panel.querySelectorAll(ITEMS)].filter((item) => item.offsetParent !== null || this.panel.popover);
    const next = Math.max(0, Math.min(items.length - 1, items.indexOf(document.activeElement) + step));
    items[next]?.focus();
  }

  left(event) {
    if (event.relatedTarget && !this.contains(event.relatedTarget)) this.close();
  }
}

customElements.define("pop-over", PopOver);
