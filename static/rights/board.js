// <rights-board>: the table of rights by keyboard and pointer. Cells keep what was seen; nothing is sent before Save.
// Without script each cell leads to the sharing page of its thing, and the heads to lists with plain forms.
import { Bar } from "rights/bar";
import { Ladder } from "rights/ladder";
import { face, fill, press } from "rights/moves";
import { why } from "shell/why";

class RightsBoard extends HTMLElement {
  connectedCallback() {
    this.roles = JSON.parse(document.getElementById("rights-ladder").textContent);
    this.changes = new Map();
    this.past = [];
    this.bar = new Bar(this, { cells: () => [...this.changes.values()].map((one) => one.cell), discard: () => this.discard(), saved: () => this.redraw(), refused: (fields) => this.refused(fields), going: () => this.changes.clear() });
    this.ladder = new Ladder(this);
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => press(this, event), { signal });
    this.addEventListener("focusin", (event) => this.entered(event), { signal });
    fill(this, signal);
    document.addEventListener("collab:undone", (event) => (event.preventDefault(), this.redraw()), { signal });
    window.addEventListener("beforeunload", (event) => this.changes.size && event.preventDefault(), { signal });
    this.begin();
  }

  disconnectedCallback() {
    this.listeners?.abort();
  }

  // Only one cell of a grid is a stop of the Tab key; the arrows lead to the others.
  begin() {
    this.table = this.querySelector("table");
    this.table.setAttribute("role", "grid");
    this.heads = [...this.table.tHead.rows[1].cells];
    for (const link of this.table.tBodies[0].querySelectorAll("a.grant")) link.tabIndex = -1;
    this.current = this.table.tBodies[0].querySelector("a.grant");
    if (this.current) this.current.tabIndex = 0;
  }

  entered({ target }) {
    if (!target.matches("a.grant") || target === this.current) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = target;
    target.tabIndex = 0;
  }

  // What a cell is about, and what may be chosen in it.
  about(link) {
    const td = link.closest("td");
    const { ref, mask, roles } = this.heads[td.cellIndex - 1].dataset;
    const { principal } = td.parentElement.dataset;
    const { o: own = 0, t: through = 0, e: end = 0 } = td.dataset;
    const key = `${ref}:${principal}`;
    const offered = this.roles.filter((role) => roles.split(" ").includes(role.slug));
    const want = this.changes.get(key)?.want ?? Number(own);
    return { td, key, ref, principal, own: Number(own), through: Number(through), end, want, mask: Number(mask), offered, fixed: "fixed" in td.dataset };
  }

  allowed({ fixed, mask, offered }, wanted) {
    return !fixed && (wanted & ~mask) === 0 && (wanted === 0 || offered.some((role) => role.mask === wanted));
  }

  set(link, wanted, { quietly = false } = {}) {
    const cell = this.about(link);
    if (cell.want === wanted || !(wanted === cell.own || this.allowed(cell, wanted))) return;
    if (!quietly) this.past.push([cell.key, cell.want]);
    cell.td.original ??= { nodes: [...link.childNodes], classes: link.className };
    if (wanted === cell.own) {
      this.changes.delete(cell.key);
      link.className = cell.td.original.classes;
      link.replaceChildren(...cell.td.original.nodes);
    } else {
      this.changes.set(cell.key, { want: wanted, cell: `${cell.key}:${cell.own}:${cell.end}:${wanted}` });
      face(link, this, cell, wanted);
    }
    this.bar.changed();
  }

  link(key) {
    const [kind, pk, principal] = key.split(":");
    const place = this.heads.findIndex((head) => head.dataset.ref === `${kind}:${pk}`);
    const row = this.table.tBodies[0].querySelector(`tr[data-principal="${CSS.escape(principal)}"]`);
    return place < 0 ? undefined : row?.cells[place + 1]?.querySelector("a.grant");
  }

  back() {
    const [key, want] = this.past.pop() ?? [];
    const link = key && this.link(key);
    if (!link) return;
    this.set(link, want, { quietly: true });
    link.focus();
  }

  discard() {
    for (const key of [...this.changes.keys()]) {
      const link = this.link(key);
      if (link) this.set(link, this.about(link).own, { quietly: true });
    }
    this.changes.clear();
    this.past = [];
    this.bar.changed();
    this.current?.focus();
  }

  clicked(event) {
    const link = event.target.closest("a.grant");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (this.filling) return;
    link.focus();
    const cell = this.about(link);
    if (cell.fixed) this.why(cell);
    else this.ladder.open(link, cell);
  }

  why({ ref, principal }) {
    why(this.getAttribute("why").replace("-/0/0/", `${ref.replace(":", "/")}/${principal}/`));
  }

  // The table as it is now; what is not saved yet is laid over it again.
  async redraw({ keep = false } = {}) {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("rights-board table");
    if (!answer.ok || !fresh) return location.reload();
    const kept = keep ? [...this.changes].map(([key, { want }]) => [key, want]) : [];
    const key = this.current && this.about(this.current).key;
    this.changes.clear();
    this.past = [];
    this.table.replaceWith(fresh);
    this.begin();
    for (const [name, want] of kept) if (this.link(name)) this.set(this.link(name), want, { quietly: true });
    this.bar.changed();
    (key && this.link(key))?.focus();
    return undefined;
  }

  async refused(fields) {
    await this.redraw({ keep: true });
    for (const key of Object.keys(fields)) this.link(key)?.classList.add("is-theirs");
  }
}

customElements.define("rights-board", RightsBoard);
