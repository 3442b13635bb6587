// The socket of one channel: it tells what happened since a moment of the channel's clock, and goes on after any break;
// what was said meanwhile in others it knows by what the column counted when it was drawn.

const SIGNED_OUT = 4401;
const GONE = 4404;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const TYPING_EVERY = 3000;
const GATHER = 50; // milliseconds: each time something is put on the page all of it is laid out

export class Wire {
  #socket = null;
  #pause = FIRST_PAUSE;
  #timer = 0;
  #typed = 0;
  #ended = false;
  #in = false;
  #told = [];
  #gathering = 0;

  // `since()` gives the clock that the page knows; `heard(frame)` gets what comes; a visitor has a line of another name.
  constructor(channel, since, heard, name = "chat") {
    this.path = `/ws/${name}/${channel}/`;
    this.since = since;
    this.heard = heard;
    this.#connect();
    this.online = () => this.#now();
    addEventListener("online", this.online);
  }

  typing() {
    const now = Date.now();
    if (now - this.#typed < TYPING_EVERY || !this.#in || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#typed = now;
    this.#socket.send('{"typing":true}');
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#gathering);
    removeEventListener("online", this.online);
    this.#socket?.close();
  }

  // The first of what happens is told at once, what follows close upon it together.
  #gather(messages) {
    this.#told.push(...messages);
    if (!this.#gathering) this.#tell();
  }

  #tell() {
    const messages = this.#told;
    this.#told = [];
    this.#gathering = messages.length ? setTimeout(() => this.#tell(), GATHER) : 0;
    if (messages.length) this.heard({ messages });
  }

  #now() {
    if (this.#socket?.readyState === WebSocket.OPEN || this.#ended) return;
    clearTimeout(this.#timer);
    this.#connect();
  }

  #connect() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.path}`);
    this.#socket = socket;
    this.#in = false;
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.ready) {
        this.#pause = FIRST_PAUSE;
        const news = document.getElementById("channels")?.dataset.news;
        socket.send(JSON.stringify({ since: this.since(), news: news && Number(news) }));
        this.#in = true;
      }
      if (frame.messages) this.#gather(frame.messages);
      else this.heard(frame);
    });
    socket.addEventListener("close", ({ code }) => {
      if (this.#socket !== socket || this.#ended) return;
      if (code === SIGNED_OUT || code === GONE) this.#ended = true;
      else {
        this.#timer = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
        this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
      }
    });
  }
}
