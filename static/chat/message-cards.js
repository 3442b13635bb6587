// <message-cards>: what a message links to, as whoever looks may see it. All that stand on a page ask together.
import { elements } from "chat/talk";

const WAIT = 80;
const MOST = 100;
let waiting = [];
let timer = 0;

class MessageCards extends HTMLElement {
  connectedCallback() {
    waiting.push(this);
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  }

  draw(html) {
    const talk = this.closest(".talk");
    const atEnd = talk && talk.scrollHeight - talk.scrollTop - talk.clientHeight < 120;
    this.replaceChildren(...elements(html));
    if (atEnd) talk.scrollTop = talk.scrollHeight;
  }
}

async function ask() {
  const those = waiting.filter((one) => one.isConnected).slice(0, MOST);
  waiting = waiting.filter((one) => one.isConnected && !those.includes(one));
  if (waiting.length) timer = setTimeout(ask, WAIT);
  const { src } = those[0]?.dataset ?? {};
  if (!src) return;
  const ids = [...new Set(those.map((one) => one.dataset.of))];
  const answer = await fetch(`${src}?of=${ids.join(",")}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return; // the links themselves stay
  const found = await answer.json();
  for (const one of those) if (found[one.dataset.of]) one.draw(found[one.dataset.of]);
}

customElements.define("message-cards", MessageCards);
