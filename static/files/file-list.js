// <file-list> around the table: choosing with pointer, finger and keys, and the commands on what is chosen.
import { bindKeys } from "files/list-keys";
import { bindDrag } from "files/row-drag";
import { bindMenu } from "files/row-menu";
import { mark } from "files/clipboard";
import { inBar, mark as publish, place } from "files/publishing";
import { onLongPress } from "files/long-press";
import { createHere, renameIn } from "files/name-form";
import { Selection, idOf } from "files/selection";
import { download, isText, openText, pick, star, trash, view } from "files/things";

export class FileList extends HTMLElement {
  connectedCallback() {
    this.selection = new Selection(this);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("change", (event) => this.changed(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal, capture: true });
    this.addEventListener("dblclick", ({ target }) => {
      const row = target.closest("tr[data-mask]:not([data-folder])");
      if (row && !this.taps && !target.closest("input, .files__menu, .files__inline")) isText(row) ? openText(row) : view(idOf(row));
    }, { signal });
    this.held = onLongPress(this, "tr[data-mask]", (row) => this.taps || this.selection.toggle(row, true), signal);
    document.addEventListener("click", (event) => this.commanded(event), { signal });
    document.addEventListener("files:drawn", () => (this.selection.show(), mark()), { signal });
    this.addEventListener("htmx:beforeSwap", () => (this.kept = this.selection.ids), { signal });
    this.addEventListener("htmx:afterSwap", () => this.selection.keep(this.kept ?? []), { signal });
    const plain = document.querySelector(".files__plain");
    if (plain) place(plain, document.querySelector("[data-selection] [data-do=trash]"), inBar);
    bindKeys(this, bindMenu(this, signal, plain), signal);
    bindDrag(this, signal);
    for (const button of document.querySelectorAll("[data-select], [data-pick=folder]")) button.hidden = false;
    plain?.remove();
    this.selection.show(); // the browser brings boxes back after a reload
    mark();
    addEventListener("pageshow", () => this.came(), { signal });
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  changed({ target }) {
    if (target.matches("input[type=checkbox]")) this.selection.toggle(target.closest("tr"), target.checked);
  }

  clicked(event) {
    const row = event.target.closest("tr[data-mask]");
    if (!row || event.target.closest(".files__menu, .files__inline")) return;
    if (this.held()) return stop(event);
    const onBox = event.target.matches("input");
    if (event.shiftKey) {
      stop(event);
      this.selection.extend(row);
    } else if (!onBox && (event.ctrlKey || event.metaKey || this.taps)) {
      stop(event);
      this.selection.toggle(row);
    } else if (!onBox && !event.target.closest("a")) {
      row.querySelector("a").click();
    }
  }

  // Back from looking at files: the last one is where one goes on.
  came() {
    const id = sessionStorage.getItem("files:viewed");
    sessionStorage.removeItem("files:viewed");
    if (id && document.activeElement === document.body) document.getElementById(`node-${id}`)?.querySelector("a").focus();
  }

  // While things are chosen with a finger, a tap adds or takes away.
  get taps() {
    return this.classList.contains("is-selecting") && matchMedia("(hover: none)").matches;
  }

  // Buttons of the bar above the list, of the row's menu and of the panel: [data-do] says what, on what by place.
  commanded(event) {
    const { target } = event;
    if (target.closest("[data-clear]")) return this.selection.clear();
    if (target.closest("[data-select]")) {
      this.selection.choosing = true;
      return this.selection.show();
    }
    const create = target.closest("[data-new]");
    if (create) return stop(event), createHere(create.dataset.new);
    const question = target.closest("a[data-ask]");
    if (question) return stop(event), import("files/folder-picker").then(({ ask }) => ask(question.href));
    const button = target.closest("[data-do]");
    if (!button) return undefined;
    stop(event);
    if (button.getAttribute("aria-disabled") === "true") return undefined;
    const panel = button.closest("#panel");
    const row = panel ? document.getElementById(`node-${panel.dataset.id}`) : button.closest("tr");
    if (!row && panel) return this.act(button.dataset.do, [Number(panel.dataset.id)], null, button);
    const rows = row ? (panel ? [row] : this.selection.subjects(row)) : this.selection.chosen;
    return this.act(button.dataset.do, rows.map(idOf), row ?? rows[0], button);
  }

  act(verb, ids, row, button) {
    if (!ids.length) return undefined;
    if (verb === "open") return openText(row);
    if (verb === "download") return download(ids);
    if (verb === "view") return view(ids[0]);
    if (verb === "star") return star(ids[0], !row.hasAttribute("data-star"));
    if (verb === "rename") return row ? renameIn(row) : location.assign(button.href);
    if (verb === "details") return document.dispatchEvent(new CustomEvent("files:open", { detail: ids[0] }));
    if (verb === "share") return document.dispatchEvent(new CustomEvent("files:share", { detail: ids[0] }));
    if (verb === "trash") return this.trash(ids, row);
    if (verb === "withhold" || verb === "publish") return publish(ids, button);
    return pick(verb, ids);
  }

  async trash(ids, row) {
    const rows = this.selection.rows;
    const after = rows.slice(rows.indexOf(row) + 1).find((one) => !ids.includes(idOf(one)));
    const before = rows.slice(0, Math.max(0, rows.indexOf(row))).reverse().find((one) => !ids.includes(idOf(one)));
    if (!(await trash(ids, { next: (after ?? before)?.id }))) return;
    this.selection.choosing = false;
    this.selection.show();
    document.dispatchEvent(new CustomEvent("files:gone", { detail: ids }));
  }
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

customElements.define("file-list", FileList);
