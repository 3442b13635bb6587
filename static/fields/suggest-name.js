// <suggest-name from for> around a field: while nobody typed there, it proposes a user name made from the name.

const LONGEST = 48;

class SuggestName extends HTMLElement {
  connectedCallback() {
    this.source = document.getElementById(this.getAttribute("from"));
    this.target = document.getElementById(this.getAttribute("for"));
    if (!this.source || !this.target || this.target.value) return;
    this.propose = () => {
      if (!this.typed) this.target.value = plain(this.source.value);
    };
    this.own = () => (this.typed = this.target.value !== "");
    this.source.addEventListener("input", this.propose);
    this.target.addEventListener("input", this.own);
  }

  disconnectedCallback() {
    if (!this.propose) return;
    this.source.removeEventListener("input", this.propose);
    this.target.removeEventListener("input", this.own);
  }
}

function plain(text) {
  const folded = text.normalize("NFKD").replace(/[^\0-\x7f]/g, "").toLowerCase();
  return folded.replace(/[^a-z0-9]+/g, ".").replace(/^\.|\.$/g, "").slice(0, LONGEST).replace(/\.$/, "");
}

customElements.define("suggest-name", SuggestName);
