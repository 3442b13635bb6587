// <password-meter src="…" for="id_password">: how strong the password is, as the server that will accept it judges.
import { send } from "shell/http";

const PAUSE = 250;

class PasswordMeter extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.meter = this.querySelector("meter");
    this.words = this.querySelector("[data-words]");
    this.typed = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.judge(), PAUSE);
    };
    this.field?.addEventListener("input", this.typed);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.field?.removeEventListener("input", this.typed);
  }

  async judge() {
    this.hidden = !this.field.value;
    if (this.hidden) return;
    const body = new FormData(this.field.form);
    body.set("password", this.field.value);
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const answer = await send(this.getAttribute("src"), body, { signal: this.asked.signal });
      const { score, sentence } = await answer.json();
      this.meter.value = score;
      this.words.textContent = sentence;
    } catch (problem) {
      if (problem.name === "AbortError") return; // what was typed since is judged
      this.hidden = true; // the form says it when it is sent; a meter that guesses would be worse than none
    }
  }
}

customElements.define("password-meter", PasswordMeter);
