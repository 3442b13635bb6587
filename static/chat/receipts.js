// How far the others have read, where the channel shows it: a line under the last thing that I said.

const NAMED = 3;

export class Receipts {
  constructor(page) {
    this.page = page;
    this.readers = new Map(JSON.parse(page.dataset.readers).map(([pk, number, name]) => [pk, { number, name }]));
    this.draw();
  }

  heard(told) {
    for (const [pk, number, name] of told) {
      if (number > (this.readers.get(pk)?.number ?? 0)) this.readers.set(pk, { number, name });
    }
    this.draw();
  }

  draw() {
    const { element } = this.page.talk;
    element.querySelector(".message__read")?.remove();
    const last = [...element.querySelectorAll(":scope > .message.is-mine[data-id]:not(.is-gone)")].at(-1);
    if (!last) return;
    const names = [...this.readers].filter(([pk, { number }]) => String(pk) !== this.page.me && number >= Number(last.dataset.number)).map(([, { name }]) => name);
    if (!names.length) return;
    const { readNames, readCount } = this.page.dataset;
    const line = Object.assign(document.createElement("p"), { className: "message__read note" });
    line.textContent = names.length > NAMED ? readCount.replace("NUMBER", names.length) : readNames.replace("NAMES", names.join(", "));
    line.title = names.join(", ");
    last.querySelector(".message__body").append(line);
  }
}
