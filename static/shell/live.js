// The one websocket of this tab: pages listen to topics, numbers are kept, and after any break it goes on from there.

const SIGNED_OUT = 4401;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
const PATIENCE = 5000; // a break shorter than this is nobody's business
const LATELY = 10_000;
const GATHER = 20; // a list of a hundred things joins them in one frame
const LINGER = 1000;

const known = new Map(); // topic → the number to go on from: the last one heard, null before any
const clocks = new Map(); // topic → the number that joining it was answered with
const listeners = new Map(); // topic → callbacks
const lately = []; // what was heard just now: a part of the page that was read before it may come after it
const joining = new Set();
const leaving = new Set(); // nobody listens: a list drawn anew leaves and joins in one moment
let socket = null;
let open = false;
let pause = FIRST_PAUSE;
let timer = 0;
let worry = 0;
let telling = 0;

// Hear what happens in the topic after `seq`, the number that a part of the page was drawn as of (null: not known);
// `tell` gets {topic, seq, kind, ref}. Returns how to stop.
export function listen(topic, seq, tell) {
  leaving.delete(topic);
  const first = !known.has(topic);
  // never further: other parts that listen may have been drawn before
  if (first || known.get(topic) === null) known.set(topic, seq);
  if (!listeners.has(topic)) listeners.set(topic, new Set());
  listeners.get(topic).add(tell);
  for (const event of lately) if (event.topic === topic && seq !== null && event.seq > seq) tell(event);
  if (!socket) connect();
  else if (open && first) {
    joining.add(topic);
    clearTimeout(telling);
    telling = setTimeout(sayTopics, GATHER);
  }
  return () => stop(topic, tell);
}

function stop(topic, tell) {
  listeners.get(topic)?.delete(tell);
  if (listeners.get(topic)?.size) return;
  leaving.add(topic);
  telling ||= setTimeout(sayTopics, LINGER);
}

function sayTopics() {
  telling = 0;
  const leave = [...leaving];
  leave.forEach(forget);
  const join = Object.fromEntries([...joining].filter((one) => known.has(one)).map((one) => [one, known.get(one)]));
  joining.clear();
  if (open) send({ leave, join });
}

function forget(topic) {
  leaving.delete(topic);
  listeners.delete(topic);
  known.delete(topic);
}

function send(frame) {
  socket.send(JSON.stringify(frame));
}

function connect() {
  clearTimeout(timer);
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`);
  socket.addEventListener("open", () => {
    open = true;
    send({ join: Object.fromEntries(known) });
  });
  socket.addEventListener("message", ({ data }) => heard(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => closed(code));
}

function heard(frame) {
  if (frame.joined) {
    pause = FIRST_PAUSE;
    clearTimeout(worry);
    worry = 0;
    say("live:back");
    for (const [topic, seq] of Object.entries(frame.joined)) {
      clocks.set(topic, seq);
      if (known.get(topic) === null) known.set(topic, seq);
    }
  }
  for (const topic of (frame.reset ?? []).filter((one) => known.has(one)))
    heardOf({ topic, kind: "reset", ref: "", seq: clocks.get(topic) ?? 0 });
  for (const topic of [...(frame.lost ?? []), ...(frame.refused ?? [])]) {
    tell(topic, { topic, kind: frame.lost ? "lost" : "refused", ref: "", seq: 0 });
    forget(topic);
  }
  if (!frame.topic || !known.has(frame.topic)) return;
  if (!frame.topic.startsWith("user:") && frame.seq <= (known.get(frame.topic) ?? 0)) return;
  heardOf(frame);
}

function heardOf(event) {
  known.set(event.topic, event.kind === "reset" ? Math.max(known.get(event.topic), event.seq) : event.seq);
  lately.push(event);
  setTimeout(() => lately.shift(), LATELY);
  tell(event.topic, event);
}

function tell(topic, event) {
  for (const one of listeners.get(topic) ?? []) one(event);
}

function closed(code) {
  const was = open;
  open = false;
  if (code === SIGNED_OUT) return say("live:signed-out");
  // a page that never heard anything, behind a proxy without websockets, is not told of a loss either
  if (was && !worry) worry = setTimeout(() => say("live:away"), PATIENCE);
  timer = setTimeout(connect, pause * (0.5 + Math.random()));
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  return undefined;
}

function say(name) {
  document.dispatchEvent(new CustomEvent(name));
}

// Somebody is at this page: said when they touch it.
const ACTIVE_EVERY = 60_000;
let active = Date.now(); // opening it was the first touch

function touched() {
  if (!open || document.hidden || Date.now() - active < ACTIVE_EVERY) return;
  active = Date.now();
  send({ active: true });
}

for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, touched, { passive: true, capture: true });
document.addEventListener("visibilitychange", touched);

addEventListener("online", () => {
  if (!socket || open || socket.readyState === WebSocket.CONNECTING) return;
  pause = FIRST_PAUSE;
  connect();
});
