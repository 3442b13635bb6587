// The socket of one channel: it tells what happened since a moment of the channel's clock, and goes on after any break;
// what was said meanwhile in others it knows by what the column counted when it was drawn.

const SIGNED_OUT = 4401;
const GONE = 4404;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
const TYPING_EVERY = 3000;

export class Wire {
  #socket = null;
  #pause = FIRST_PAUSE;
  #timer = 0;
  #typed = 0;
  #ended = false;
  #in = false;

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
    removeEventListener("online", this.online);
    this.#socket?.close();
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
      this.heard(frame);
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
