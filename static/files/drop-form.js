// <drop-form> around a form with files: sends it with a progress bar; without script the browser sends it itself.

class DropForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.send = (event) => {
      event.preventDefault();
      this.upload();
    };
    this.form?.addEventListener("submit", this.send);
  }

  disconnectedCallback() {
    this.form?.removeEventListener("submit", this.send);
  }

  upload() {
    const button = this.form.querySelector(".bar button");
    if (button.disabled) return;
    const box = this.querySelector("[data-progress]");
    const said = box.querySelector("[data-said]");
    const bar = box.querySelector("progress");
    button.disabled = true;
    box.hidden = false;
    this.notice("");
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const percent = Math.floor((100 * event.loaded) / event.total);
      bar.value = percent;
      said.textContent = percent < 100 ? `${percent} %` : said.dataset.sent;
    });
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status === 200 && answer.location) {
        location.assign(answer.location);
        return;
      }
      this.stop(button, box, answer.detail || said.dataset.lost);
    });
    request.addEventListener("error", () => this.stop(button, box, said.dataset.lost));
    request.send(new FormData(this.form));
  }

  stop(button, box, why) {
    button.disabled = false;
    box.hidden = true;
    this.notice(why);
  }

  notice(text) {
    const notice = this.querySelector("[data-notice]");
    notice.querySelector("span").textContent = text;
    notice.hidden = !text;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

customElements.define("drop-form", DropForm);
