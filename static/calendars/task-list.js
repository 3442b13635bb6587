// <task-list>: rows of tasks are ticked off, folded, gone through by keys and drawn again as they change.
import { act, fields, hear, lookAgain, refresh } from "calendars/task-acts";

const FOLDED = "tasks-folded";
const MOVES = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

class TaskList extends HTMLElement {
  connectedCallback() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("submit", (event) => this.sent(event), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("change", () => this.count(), { signal });
    for (const done of ["change", "toggle"]) this.addEventListener(done, lookAgain, { signal, capture: true });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    document.addEventListener("live:change", ({ detail }) => this.heard(detail), { signal });
    document.addEventListener("collab:undone", (event) => this.undone(event), { signal });
    this.drawn();
  }

  disconnectedCallback() {
    this.listeners.abort();
  }

  drawn() {
    const folded = this.folded();
    for (const button of this.querySelectorAll("[data-fold]")) {
      button.hidden = false;
      this.fold(button, folded.includes(button.getAttribute("aria-controls")));
    }
    const all = this.querySelector("[data-select-all]");
    if (all) all.hidden = false;
    this.count();
  }

  folded() {
    return JSON.parse(localStorage.getItem(FOLDED) ?? "[]");
  }

  fold(button, away) {
    button.setAttribute("aria-expanded", String(!away));
    document.getElementById(button.getAttribute("aria-controls")).hidden = away;
  }

  async sent(event) {
    const form = event.target;
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    const line = form.querySelector("[name=line]");
    line?.select();
    const done = await act(form.action, data);
    if (done && line?.value === data.get("line")) form.reset(); // else it was not kept, or another is being written
  }

  clicked(event) {
    const button = event.target.closest("[data-fold]");
    if (button) {
      const id = button.getAttribute("aria-controls");
      const away = button.getAttribute("aria-expanded") === "true";
      const others = this.folded().filter((one) => one !== id);
      localStorage.setItem(FOLDED, JSON.stringify(away ? [...others, id].slice(-200) : others));
      this.fold(button, away);
    }
    if (event.target.closest("[data-select-all]")) {
      const boxes = [...this.querySelectorAll(".task__select:not(:disabled)")];
      const all = boxes.every((one) => one.checked);
      for (const one of boxes) one.checked = !all;
      this.count();
    }
  }

  count() {
    const said = this.querySelector("[data-selected]");
    if (said) said.textContent = this.querySelectorAll(".task__select:checked").length || "";
  }

  pressed(event) {
    const task = event.target.closest(".task");
    if (!task || event.ctrlKey || event.metaKey || event.target.closest("input, .popover")) return;
    if (event.altKey) this.move(event, task);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.go(event, task);
    else if (event.key === "x" && document.body.dataset.keys !== "off") task.querySelector("[data-tick] button")?.click();
  }

  go(event, task) {
    const links = [...this.querySelectorAll("[data-open]")].filter((one) => one.offsetParent);
    const at = links.indexOf(task.querySelector("[data-open]")) + (event.key === "ArrowDown" ? 1 : -1);
    if (!links[at]) return;
    event.preventDefault();
    links[at].focus();
  }

  move(event, task) {
    if (!task.dataset.task) return;
    const lane = task.closest("[data-lane]");
    const { etag, task: id } = task.dataset;
    if (lane && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const lanes = [...this.querySelectorAll("[data-lane]")];
      const to = lanes[lanes.indexOf(lane) + (event.key === "ArrowRight" ? 1 : -1)];
      event.preventDefault();
      if (to) act(`/calendars/tasks/${id}/status/`, fields({ etag, status: to.dataset.lane }));
    } else if (MOVES[event.key] && task.closest("[data-tree]")) {
      event.preventDefault();
      act(`/calendars/tasks/${id}/move/`, fields({ etag, to: MOVES[event.key] }));
    }
  }

  heard(changes) {
    const ours = changes.some(({ kind }) => /^(event|calendar)-|^(share|unshare|expire|restrict|inherit|reset|lost)$/.test(kind ?? ""));
    if (ours) hear();
  }

  undone(event) {
    event.preventDefault();
    if (document.querySelector(".task-panel")) location.reload();
    else refresh();
  }
}

customElements.define("task-list", TaskList);
