// The messages of a list on a page: each stands once, in the order of its number, as it was when its clock was highest.

const NEAR = 120; // pixels from the end within which one reads along

const MOST = 300; // messages that stand on the page of one who reads along; each new one costs what all take to lay out
const SPARE = 100;

// What the server drew, as elements of this page.
export function elements(html) {
  return [...document.adoptNode(new DOMParser().parseFromString(html, "text/html").body).children];
}

// A part of a page, as the server draws it; null without a line.
export function fragment(address) {
  return fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
}

export class Talk {
  constructor(element, me) {
    this.element = element;
    this.me = me;
    for (const one of this.messages()) this.own(one);
  }

  messages() {
    return this.element.querySelectorAll(":scope > .message[data-id]");
  }

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  // Put a message in its place; what is newer already stays. `grows`: whether one that is not here yet belongs here.
  put(piece, grows) {
    const [fresh] = elements(piece.html);
    const there = this.element.querySelector(`:scope > #m${piece.id}`);
    const sending = piece.key ? this.element.querySelector(`:scope > .is-sending[data-key="${piece.key}"]`) : null;
    if (there) {
      sending?.remove();
      if (Number(there.dataset.clock) < piece.clock) replace(there, fresh);
      else return;
    } else if (sending) sending.remove();
    if (!there) {
      if (!grows) return;
      this.#insert(fresh, piece.id);
    }
    this.own(fresh);
  }

  #insert(fresh, id) {
    this.element.querySelector("[data-empty]")?.remove();
    const all = [...this.messages()];
    const before = all.findLast((one) => Number(one.dataset.id) < id);
    if (!before && all.length && this.element.querySelector("[data-older]")) return;
    let place = before;
    while (place?.nextElementSibling?.matches(".is-ephemeral")) place = place.nextElementSibling; // it came before
    if (place) place.after(fresh);
    else if (all.length) all[0].before(fresh);
    else this.element.append(fresh);
    if (this.element.dataset.talk === "days" && before?.dataset.day !== fresh.dataset.day) fresh.before(dayLine(fresh));
    if (!before && all.length === 0) return;
    // what is being sent stays last
    this.element.append(...this.element.querySelectorAll(":scope > .is-sending"));
  }

  // Take away the first ones where there are many; the link to what was said before brings them back.
  trim(words) {
    const all = [...this.messages()];
    if (all.length < MOST + SPARE) return;
    const first = all.at(-MOST);
    while (this.element.firstElementChild !== first) this.element.firstElementChild.remove();
    const link = Object.assign(document.createElement("a"), { className: "button", textContent: words });
    link.href = `${location.pathname}?before=${first.dataset.id}`;
    link.dataset.older = "";
    const line = Object.assign(document.createElement("p"), { className: "talk__more" });
    line.append(link);
    first.before(line);
    this.toEnd();
  }

  // Fetch what was said before or after, and put it there; whether it came.
  async more(link, where) {
    if (link.dataset.loading) return false;
    link.dataset.loading = "true";
    const answer = await fragment(link.href);
    if (!answer?.ok) {
      delete link.dataset.loading;
      return false;
    }
    const height = this.element.scrollHeight;
    link.parentElement.remove();
    const fresh = elements(await answer.text());
    if (where === "afterbegin") this.element.prepend(...fresh);
    else this.element.append(...fresh);
    for (const one of this.messages()) this.own(one);
    if (where === "afterbegin") this.element.scrollTop += this.element.scrollHeight - height;
    return true;
  }

  // Draw all of it anew; what is on its way stays.
  fill(html) {
    const sending = this.element.querySelectorAll(":scope > .is-sending");
    this.element.replaceChildren(...elements(html), ...sending);
    for (const one of this.messages()) this.own(one);
  }

  // Take out what was said before the moment, but for places on which younger answers hang; days with nothing left go.
  sweep(until) {
    for (const one of this.messages()) {
      const hangs = one.classList.contains("is-gone") && one.querySelector(".replies[data-thread]");
      if (!hangs && Date.parse(one.querySelector("time").dateTime) < until - 60_000) one.remove();
    }
    for (const line of [...this.element.querySelectorAll(":scope > .talk__day")].reverse()) {
      const next = line.nextElementSibling;
      if (!next || next.matches(".talk__day:not(#new)")) line.remove();
    }
  }

  // Show whose it is: the server draws a message once for everybody.
  own(message) {
    message.classList.toggle("is-mine", message.dataset.by === this.me);
    for (const chip of message.querySelectorAll(".reactions > [data-people]")) {
      chip.setAttribute("aria-pressed", String(chip.dataset.people.split(" ").includes(this.me)));
    }
  }
}

// What somebody is changing in it at this moment goes on in what takes its place.
function replace(there, fresh) {
  const form = there.querySelector(".message__editing");
  const text = fresh.querySelector(".message__text");
  const field = form?.contains(document.activeElement) ? document.activeElement : null;
  there.replaceWith(fresh);
  if (!form || !text) return;
  text.hidden = true;
  text.after(form);
  field?.focus();
}

function dayLine(message) {
  const line = document.createElement("p");
  line.className = "talk__day";
  line.dataset.day = message.dataset.day;
  const words = document.createElement("span");
  words.textContent = message.dataset.dayName;
  line.append(words);
  return line;
}
