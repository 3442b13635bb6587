// The tray of uploads: how far all of it is, and one line for each file on its way or refused.
import { fill, measure } from "files/measure";

const SHOWN = 40;

export class UploadTray {
  #lines = new Map();
  #queue;
  #root;

  constructor(root, queue) {
    this.#root = root;
    this.#queue = queue;
    const listen = (selector, act) => root.querySelector(selector).addEventListener("click", act);
    listen("[data-cancel-all]", () => queue.cancelAll());
    listen("[data-dismiss]", () => this.#dismiss());
    queue.addEventListener("change", ({ job }) => this.#show(job));
  }

  open() {
    this.#root.hidden = false;
    this.#sum();
  }

  #show(job) {
    const over = ["done", "cancelled"].includes(job.state);
    if (over) {
      this.#lines.get(job)?.remove();
      this.#lines.delete(job);
    } else if (this.#lines.has(job) || this.#lines.size < SHOWN || job.state === "failed") {
      this.#draw(job, this.#lines.get(job) ?? this.#line(job));
    }
    this.#soon();
  }

  #line(job) {
    const line = this.#root.querySelector("template[data-item]").content.firstElementChild.cloneNode(true);
    line.querySelector(".item__title").textContent = job.name;
    line.querySelector("progress").ariaLabel = job.name;
    line.querySelector("[data-retry]").addEventListener("click", () => this.#retry(job));
    const cancel = line.querySelector("[data-cancel]");
    cancel.ariaLabel = `${cancel.ariaLabel} ${job.name}`;
    cancel.addEventListener("click", () => this.#queue.cancel(job));
    this.#root.querySelector("[data-items]").append(line);
    this.#lines.set(job, line);
    return line;
  }

  async #retry(job) {
    await this.#queue.retry(job);
    if (job.state === "done") document.dispatchEvent(new CustomEvent("files:added"));
  }

  #draw(job, line) {
    const failed = job.state === "failed";
    line.classList.toggle("is-failed", failed);
    line.querySelector("[data-retry]").hidden = !failed;
    const progress = line.querySelector("progress");
    progress.hidden = failed;
    progress.value = job.size ? (1000 * job.sent) / job.size : 0;
    line.querySelector("[data-state]").textContent = failed ? job.error : this.#said(job);
  }

  #said(job) {
    if (job.state === "finishing") return this.#root.querySelector("template[data-words]").content.querySelector("[data-state=checking]").textContent;
    return this.#bytes(job.sent, job.size);
  }

  // Thousands of small files change many times a second: the numbers are drawn once per frame.
  #soon() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.#sum();
    });
  }

  #sum() {
    const { total, done, failed, active, size, sent } = this.#queue.sum;
    const { working, done: ended, stopped } = this.#root.dataset;
    const words = active ? working : failed ? stopped : ended;
    this.#root.querySelector("[data-title]").textContent = fill(words, { total, done, failed });
    this.#root.querySelector("[data-sum]").textContent = this.#bytes(sent, size);
    this.#root.querySelector("progress").value = size ? (1000 * sent) / size : active ? 0 : 1000;
    this.#root.querySelector("[data-cancel-all]").hidden = !active;
    this.#root.querySelector("[data-dismiss]").hidden = active > 0;
    if (!total) this.#dismiss();
  }

  #bytes(sent, size) {
    const { bytes, units } = this.#root.dataset;
    return fill(bytes, { sent: measure(sent, units), size: measure(size, units) });
  }

  #dismiss() {
    this.#queue.cancelAll();
    this.#queue.jobs.length = 0;
    for (const line of this.#lines.values()) line.remove();
    this.#lines.clear();
    this.#root.hidden = true;
  }
}
