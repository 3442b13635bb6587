// <received-list>: the names of what the device shared and nobody has put anywhere yet.
class ReceivedList extends HTMLElement {
  async connectedCallback() {
    const kept = "caches" in window ? await (await caches.open("shared")).keys() : [];
    const [list, none] = [this.querySelector("ul"), this.querySelector("[data-none]")];
    none.hidden = kept.length > 0;
    for (const { url } of kept) {
      const line = this.querySelector("template").content.firstElementChild.cloneNode(true);
      line.querySelector("span").textContent = new URL(url).searchParams.get("name");
      list.append(line);
    }
  }
}

customElements.define("received-list", ReceivedList);
