// <drop-zone> around the list: files and folders dropped there, or chosen from the device, are added to its folder.
import { dropped } from "files/dropped";

class DropZone extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.depth = 0;
    if (!this.hasAttribute("data-open")) return;
    this.addEventListener("dragenter", (event) => this.over(event, 1), { signal });
    this.addEventListener("dragleave", (event) => this.over(event, -1), { signal });
    this.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault(), { signal });
    this.addEventListener("drop", (event) => this.dropped(event), { signal });
    document.addEventListener("click", (event) => this.picking(event), { signal });
    for (const input of document.querySelectorAll("input[data-files], input[data-tree]")) {
      input.addEventListener("change", () => this.chosen(input), { signal });
    }
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  over(event, step) {
    if (!hasFiles(event)) return;
    this.depth = Math.max(0, this.depth + step);
    this.classList.toggle("is-over", this.depth > 0);
  }

  async dropped(event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.depth = 0;
    this.classList.remove("is-over");
    // What was dropped can only be read now: after an await it is gone.
    const found = dropped(event.dataTransfer);
    const row = event.target.closest("tr[data-folder]");
    this.add(await found, row ? { folder: row.id.slice(5), name: row.querySelector("a").textContent } : undefined);
  }

  picking(event) {
    const button = event.target.closest("[data-pick]");
    if (!button) return;
    event.preventDefault();
    document.querySelector(button.dataset.pick === "folder" ? "input[data-tree]" : "input[data-files]").click();
  }

  chosen(input) {
    const files = [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
    input.value = "";
    if (files.length) this.add({ files, folders: [] });
  }

  async add(found, where = { folder: this.dataset.folder, name: this.dataset.name }) {
    const { addFiles } = await import("files/uploads");
    addFiles(found, where);
  }
}

const hasFiles = (event) => event.dataTransfer.types.includes("Files");

customElements.define("drop-zone", DropZone);
