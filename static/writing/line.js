// One text and its server (files/together/socket.py): what is written here goes there and is kept here until the
// server promises to keep it; after any break both tell each other what they lack.

export const SIGNED_OUT = 4401;
const GONE = 4404;
const TOO_LARGE = 1009; // RFC 6455, 7.4.1
const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 30_000;
const GATHER = 80; // what is typed in this time goes as one
const PATIENCE = 12_000; // no answer for so long: the connection is dead, whatever the browser believes

export const pack = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
export const unpack = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

export class Line extends EventTarget {
  constructor(Y, address) {
    super();
    this.Y = Y;
    this.address = address;
    this.doc = new Y.Doc();
    this.text = this.doc.getText("text");
    this.epoch = null; // of the text that is held; null before any came
    this.may = "read";
    this.online = false;
    this.saved = true;
    this.problem = "";
    this.unsent = [];
    this.sent = null; // on its way, not promised yet
    this.pause = FIRST_PAUSE;
    this.doc.on("update", (update, origin) => origin === this || this.push(update));
    this.again = () => this.online || this.ended || this.connect();
    this.away = () => this.lost();
    addEventListener("online", this.again);
    addEventListener("offline", this.away);
    this.connect();
  }

  get pending() {
    return Boolean(this.sent || this.unsent.length);
  }

  end() {
    this.ended = true;
    clearTimeout(this.timer);
    clearTimeout(this.watch);
    removeEventListener("online", this.again);
    removeEventListener("offline", this.away);
    this.socket?.close();
  }

  connect() {
    clearTimeout(this.timer);
    if (this.ended || (this.socket && this.socket.readyState < WebSocket.CLOSING)) return;
    const socket = new WebSocket(new URL(this.address, location.href.replace(/^http/, "ws")));
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      this.say({ hello: { epoch: this.epoch, vector: pack(this.Y.encodeStateVector(this.doc)) } });
    });
    socket.addEventListener("message", ({ data }) => this.socket === socket && this.heard(data));
    socket.addEventListener("close", ({ code }) => this.socket === socket && this.closed(code));
  }

  say(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  heard(data) {
    if (typeof data !== "string") return this.Y.applyUpdate(this.doc, new Uint8Array(data), this);
    const frame = JSON.parse(data);
    if (frame.draft) this.welcome(frame.draft);
    if ("took" in frame) this.took();
    if (frame.may) this.may = frame.may;
    if ("problem" in frame) Object.assign(this, { saved: frame.saved, problem: frame.problem });
    for (const kind of ["who", "gone", "anew", "moved", "refused"]) if (kind in frame) this.tell(kind, frame[kind]);
    if (frame.gone || frame.anew) this.end();
    return this.tell("state");
  }

  // The server has said what it knows: whatever it lacks goes there at once.
  welcome({ epoch, may, vector, you, saved, problem }) {
    Object.assign(this, { epoch, may, you, saved, problem, online: true, pause: FIRST_PAUSE });
    const theirs = this.Y.decodeStateVector(unpack(vector));
    const ours = this.Y.decodeStateVector(this.Y.encodeStateVector(this.doc));
    const lacks = [...ours].some(([client, clock]) => clock > (theirs.get(client) ?? 0));
    const update = lacks || this.pending ? this.Y.encodeStateAsUpdate(this.doc, unpack(vector)) : null;
    this.unsent = [];
    this.sent = null;
    if (update && may === "write") this.send(update);
    else if (update) this.tell("refused", "forbidden");
    this.tell("begun");
  }

  push(update) {
    this.unsent.push(update);
    this.flush();
    this.tell("state");
  }

  flush() {
    if (this.sent || this.gathering || !this.online || !this.unsent.length) return;
    this.gathering = setTimeout(() => {
      this.gathering = 0;
      if (this.sent || !this.online || !this.unsent.length) return;
      this.send(this.Y.mergeUpdates(this.unsent.splice(0)));
    }, GATHER);
  }

  send(update) {
    this.sent = update;
    this.socket.send(update);
    clearTimeout(this.watch);
    this.watch = setTimeout(() => this.lost(), PATIENCE);
  }

  took() {
    clearTimeout(this.watch);
    this.sent = null;
    this.saved = false;
    this.flush();
  }

  // The browser says so only when the other side has answered, or after a minute: nothing more goes into it until then.
  lost() {
    const { socket } = this;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    this.socket = null;
    socket.close();
    this.closed();
  }

  closed(code) {
    clearTimeout(this.watch);
    clearTimeout(this.timer);
    if (this.sent) this.unsent.unshift(this.sent);
    this.sent = null;
    this.online = false;
    if (code === SIGNED_OUT || code === GONE) this.ended = true;
    if (code === TOO_LARGE) this.tell("refused", "too-long");
    if (code === SIGNED_OUT) this.tell("gone", "signed-out");
    if (!this.ended) {
      this.timer = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random()));
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    }
    this.tell("state");
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
