// Files on their way into a message: chosen, dropped on the channel, pasted; the form's own input holds them.
import { Problem, token } from "shell/http";
import { elements, fragment } from "chat/talk";

export class Parcels {
  constructor(form, { signal, place }) {
    this.input = form.querySelector("[type=file]");
    if (!this.input) return;
    this.line = form.querySelector("[data-chosen]");
    this.progress = form.querySelector("progress");
    this.picked = form.querySelector("[data-picked]");
    if (this.picked) this.offer(form, signal);
    this.input.addEventListener("change", () => this.show(), { signal });
    form.addEventListener("paste", (event) => this.take(event, event.clipboardData), { signal });
    place.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault(), { signal });
    place.addEventListener("drop", (event) => this.take(event, event.dataTransfer), { signal });
  }

  // The clip asks from where: this device, or what lies here already.
  offer(form, signal) {
    const menu = form.querySelector("pop-over");
    menu.hidden = false;
    this.input.closest("label").hidden = true;
    menu.querySelector("[data-device]").addEventListener("click", () => this.input.click(), { signal });
    menu.querySelector("[data-choose]").addEventListener("click", async () => {
      const { choose } = await import("chat/chooser");
      choose(async (ids) => {
        await this.choose([...this.chosen, ...ids], this.copied);
        form.querySelector("textarea").focus();
      });
    }, { signal });
    this.picked.addEventListener("click", ({ target }) => {
      if (!target.closest("[data-unchoose]")) return;
      target.closest(".chosen").remove();
      form.querySelector("textarea").focus();
    }, { signal });
  }

  get chosen() {
    return [...(this.picked?.querySelectorAll("[name=chosen]") ?? [])].map((field) => field.value);
  }

  get copied() {
    return [...(this.picked?.querySelectorAll("[name=copied]:checked") ?? [])].map((field) => field.value);
  }

  // What the message takes along of what lies here: the server says who would not see it.
  async choose(ids, copied = []) {
    if (!this.picked) return;
    if (!ids.length) return this.picked.replaceChildren();
    const wanted = new URLSearchParams([...ids.map((pk) => ["file", pk]), ...copied.map((pk) => ["copied", pk])]);
    const answer = await fragment(`${this.picked.dataset.src}?${wanted}`);
    if (answer?.ok) this.picked.replaceChildren(...elements(await answer.text()));
  }

  get names() {
    const here = [...(this.picked?.querySelectorAll(".chosen__name") ?? [])].map((one) => one.textContent);
    return [...this.files.map((file) => file.name), ...here].join(", ");
  }

  get files() {
    return [...(this.input?.files ?? [])];
  }

  take(event, data) {
    if (!data?.files.length) return;
    event.preventDefault();
    this.set([...this.files, ...data.files]);
  }

  set(files) {
    if (!this.input) return;
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    this.input.files = held.files;
    this.show();
  }

  show() {
    const { files } = this;
    this.line.hidden = !files.length;
    this.line.textContent = files.map((file) => file.name).join(", ");
    if (!files.length) return;
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "button button--plain" });
    drop.textContent = this.line.dataset.drop;
    drop.onclick = () => this.set([]);
    this.line.append(" ", drop);
  }

  // As `send` of shell/http, with progress, which fetch does not tell.
  send(address, body) {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    this.progress.hidden = false;
    request.upload.onprogress = ({ loaded, total }) => { this.progress.value = total ? loaded / total : 0; };
    return new Promise((resolve, reject) => {
      request.onloadend = () => {
        this.progress.hidden = true;
        let said = {};
        try { said = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
        if (request.status >= 200 && request.status < 300) resolve(said);
        else reject(new Problem(request.status, said.detail ?? (request.status ? "" : document.documentElement.dataset.offline ?? "")));
      };
      request.send(body);
    });
  }
}
