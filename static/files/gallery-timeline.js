// Twenty thousand pictures as one page: each block knows how many it holds, so it has its height before it is filled.
// What comes near is fetched, what is far is emptied again: a few hundred pictures are in the page at any time.
import { fill, withQuery } from "files/fetched";

const NEAR = "100% 0px"; // of the height of the window, above and below
const FAR = "300% 0px";
const STAY = 120; // milliseconds: what is only passed by is not fetched

class GalleryTimeline extends HTMLElement {
  connectedCallback() {
    this.classList.add("is-live");
    this.choosing = document.querySelector(".choose") ? { choose: 1 } : {};
    this.blocks = [...this.querySelectorAll(".shots")];
    this.near = new IntersectionObserver((seen) => seen.forEach((one) => this.nears(one.target, one.isIntersecting)), { rootMargin: NEAR });
    this.far = new IntersectionObserver((seen) => seen.forEach((one) => this.leaves(one.target, !one.isIntersecting)), { rootMargin: FAR });
    this.size = new ResizeObserver(() => this.measure());
    this.months = new IntersectionObserver((seen) => seen.forEach((one) => one.isIntersecting && this.mark(one.target.id.slice(6))), { rootMargin: "-20% 0px -75% 0px" });
    this.measure();
    this.size.observe(this);
    for (const block of this.blocks) {
      this.near.observe(block);
      this.far.observe(block);
    }
    this.querySelectorAll(".month").forEach((month) => this.months.observe(month));
    this.addEventListener("click", (event) => this.jump(event));
    const asked = new URLSearchParams(location.search);
    if (asked.has("month") || asked.has("from")) this.querySelector(".shots > li")?.closest(".month").scrollIntoView();
  }

  disconnectedCallback() {
    for (const watcher of [this.near, this.far, this.size, this.months]) watcher?.disconnect();
  }

  // How high an empty block is: rows of squares, as many in each as a filled one has.
  measure() {
    const block = this.blocks[0];
    if (!block) return;
    const { gridTemplateColumns, rowGap } = getComputedStyle(block);
    const columns = gridTemplateColumns.split(" ");
    const side = parseFloat(columns[0]);
    const gap = parseFloat(rowGap) || 0;
    if (!side || `${columns.length} ${side}` === this.known) return;
    this.known = `${columns.length} ${side}`;
    for (const one of this.blocks) {
      const rows = Math.ceil(Number(one.dataset.count) / columns.length);
      one.style.containIntrinsicBlockSize = one.style.minBlockSize = `${rows * side + (rows - 1) * gap}px`;
    }
  }

  nears(block, near) {
    clearTimeout(block.waiting);
    if (near) block.waiting = setTimeout(() => this.fill(block), STAY);
  }

  leaves(block, far) {
    block.far = far;
    if (far) this.empty(block);
  }

  async fill(block) {
    if (block.childElementCount || block.hasAttribute("aria-busy")) return block.filling;
    block.setAttribute("aria-busy", "true");
    const { from, until } = block.dataset;
    block.filling = fill(block, withQuery(location.pathname, { part: "cells", from, until, ...this.choosing }));
    const done = await block.filling;
    block.removeAttribute("aria-busy");
    if (block.far && !this.stepping) this.empty(block);
    if (done && block.childElementCount && block.childElementCount !== Number(block.dataset.count)) {
      block.dataset.count = block.childElementCount;
      this.known = "";
      this.measure();
    }
    return done;
  }

  // Never the one in which somebody is, nor one that is open full screen.
  empty(block) {
    if (block.contains(document.activeElement) || block.querySelector(".is-open, :checked")) return;
    block.replaceChildren();
  }

  // The picture after (1) or before (-1) a link, its block filled if need be.
  async beside(link, step) {
    const block = link.closest(".shots");
    const cells = [...block.querySelectorAll(".shot")];
    const found = cells[cells.indexOf(link) + step];
    if (found) return found;
    const other = this.blocks[this.blocks.indexOf(block) + step];
    if (!other) return null;
    this.stepping = true;
    await this.fill(other);
    this.stepping = false;
    const there = other.querySelectorAll(".shot");
    return there[step > 0 ? 0 : there.length - 1] ?? null;
  }

  jump(event) {
    const { month } = event.target.closest("[data-month]")?.dataset ?? {};
    const there = month && this.querySelector(`#month-${month}`);
    if (!there) return;
    event.preventDefault();
    there.scrollIntoView();
    there.querySelector("h2").tabIndex = -1;
    there.querySelector("h2").focus({ preventScroll: true });
  }

  mark(month) {
    for (const link of this.querySelectorAll("[data-month]")) {
      if (link.dataset.month !== month) link.removeAttribute("aria-current");
      else link.setAttribute("aria-current", "true");
    }
  }
}

customElements.define("gallery-timeline", GalleryTimeline);
