// <copy-text> around a [data-text] and a button: the button copies the text and says so for a moment.

const SAID_FOR = 2_000;

class CopyText extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    if (!this.button || !navigator.clipboard) return;
    this.button.hidden = false;
    this.copy = async () => {
      await navigator.clipboard.writeText(this.querySelector("[data-text]").textContent.trim());
      const label = this.button.querySelector("span");
      const before = label.textContent;
      label.textContent = this.getAttribute("copied");
      setTimeout(() => (label.textContent = before), SAID_FOR);
    };
    this.button.addEventListener("click", this.copy);
  }

  disconnectedCallback() {
    this.button?.removeEventListener("click", this.copy);
  }
}

customElements.define("copy-text", CopyText);
