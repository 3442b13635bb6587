// <file-viewer>: one file over the whole page. Arrows, keys and swipes go to its neighbours, Escape goes back to the
// list; each file keeps its own address, and the list is one step back however many were looked at.

const FAR = 60;
const KEYS = { ArrowLeft: "[rel=prev]", ArrowRight: "[rel=next]", PageUp: "[rel=prev]", PageDown: "[rel=next]", Escape: "[data-back]" };
const OWN = "video, audio, input, textarea, [contenteditable]"; // they need the arrows themselves
const scrolls = (place) => place.scrollWidth > place.clientWidth + 1;

class FileViewer extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    sessionStorage.setItem("files:viewed", this.dataset.viewed);
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("pointerdown", (event) => this.touched(event), { signal });
    this.paper();
    for (const { dataset } of this.querySelectorAll("[data-picture]")) new Image().src = dataset.picture;
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  // The browser's own reader, where it has one that shows a document within a page; else the way to it stays.
  paper() {
    const place = this.querySelector("[data-pdf]");
    if (!place || !navigator.pdfViewerEnabled || matchMedia("(pointer: coarse)").matches) return;
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: place.dataset.pdf, title: place.dataset.title, className: "view__frame" });
    place.replaceChildren(frame);
  }

  pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const way = KEYS[event.key];
    const text = this.querySelector(".view__text");
    if (!way) return event.key === "f" && document.body.dataset.keys !== "off" ? this.whole(event) : undefined;
    if (event.key !== "Escape" && event.target.closest?.(OWN)) return undefined;
    if (event.key.startsWith("Page") && text) return undefined;
    if (event.key.startsWith("Arrow") && text && scrolls(text) && event.target === text) return undefined;
    if (event.key === "Escape" && document.fullscreenElement) return undefined;
    const link = this.querySelector(way);
    if (!link) return undefined;
    event.preventDefault();
    return link.click();
  }

  whole(event) {
    event.preventDefault();
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }

  clicked(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a");
    if (link?.matches("[data-go]")) {
      event.preventDefault();
      this.go(link);
    } else if (link?.matches("[data-back]") && fromList()) {
      event.preventDefault();
      history.back();
    }
  }

  // Another file takes the place of this one: the page around stays, so that nothing flickers and full screen lasts.
  async go(link) {
    const way = link.rel;
    const answer = await fetch(link.href, { credentials: "same-origin" }).catch(() => null);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const next = page?.getElementById("viewer");
    if (!next) return location.replace(link.href);
    history.replaceState(history.state, "", link.href);
    document.title = page.title;
    const fresh = document.adoptNode(next);
    this.replaceWith(fresh);
    return (fresh.querySelector(`[rel=${way || "none"}]`) ?? fresh.querySelector("h1")).focus({ preventScroll: true });
  }

  touched(event) {
    const { clientX: x, clientY: y, pointerType, pointerId } = event;
    const text = event.target.closest(".view__text");
    if (pointerType === "mouse" || event.target.closest(`a, button, ${OWN}`) || (text && scrolls(text))) return;
    const over = new AbortController();
    const end = ({ type, clientX, clientY, pointerId: id }) => {
      if (type === "pointerdown" && id === pointerId) return undefined;
      if (id !== pointerId) return over.abort(); // two fingers enlarge
      over.abort();
      const across = clientX - x;
      if (type === "pointercancel" || Math.abs(across) < FAR || Math.abs(across) < 2 * Math.abs(clientY - y)) return undefined;
      return this.querySelector(across > 0 ? "[rel=prev]" : "[rel=next]")?.click();
    };
    for (const name of ["pointerup", "pointercancel", "pointerdown"]) addEventListener(name, end, { signal: over.signal });
  }
}

const fromList = () => history.length > 1 && document.referrer.startsWith(`${location.origin}/files/`);

customElements.define("file-viewer", FileViewer);
