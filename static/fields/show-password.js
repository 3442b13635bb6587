// <show-password> around a password field and its button: the button shows what is typed, and hides it again.
// Words come from attributes: show, hide.

class ShowPassword extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.turn = () => this.set(this.field.type === "password");
    // What was shown is hidden before it is sent, or the browser would keep it among ordinary texts.
    this.sent = () => this.set(false);
    this.button.addEventListener("click", this.turn);
    this.field.form?.addEventListener("submit", this.sent);
  }

  disconnectedCallback() {
    this.button.removeEventListener("click", this.turn);
    this.field.form?.removeEventListener("submit", this.sent);
  }

  set(shown) {
    this.field.type = shown ? "text" : "password";
    this.button.setAttribute("aria-label", this.getAttribute(shown ? "hide" : "show"));
  }
}

customElements.define("show-password", ShowPassword);
