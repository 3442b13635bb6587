// <push-switch src="…" key="…">: lets this browser be rung. The browser asks its person; its push service gives an
// address and keys, which go to our server.
import { send } from "shell/http";

class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.error = this.querySelector("[role=alert]");
    if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
    this.querySelector("[data-none]").hidden = true;
    if (Notification.permission === "denied") return void this.refuse(this.getAttribute("blocked"));
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.begin());
  }

  async begin() {
    this.button.setAttribute("aria-busy", "true");
    this.error.hidden = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.refuse(this.getAttribute("blocked"));
      await send(this.getAttribute("src"), JSON.stringify(await this.subscribe()), {
        headers: { "Content-Type": "application/json" },
      });
      location.reload();
    } catch (problem) {
      this.refuse(problem.status ? problem.message : this.getAttribute("failed"));
    } finally {
      this.button.removeAttribute("aria-busy");
    }
    return undefined;
  }

  // An old subscription may be somebody else's, or made for another key: it is given up first.
  async subscribe() {
    const { pushManager } = await navigator.serviceWorker.ready;
    await (await pushManager.getSubscription())?.unsubscribe();
    const key = Uint8Array.from(atob(this.getAttribute("key").replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  refuse(text) {
    this.error.textContent = text;
    this.error.hidden = false;
  }
}

customElements.define("push-switch", PushSwitch);
