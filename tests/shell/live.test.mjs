// What a tab says on its line, and what it tells the parts of its page.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const lines = [];

class Line extends EventTarget {
  constructor() {
    super();
    this.sent = [];
    lines.push(this);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  opened() {
    this.dispatchEvent(new Event("open"));
  }

  says(frame) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(frame) }));
  }
}

// What a page forgets after a while keeps no test waiting.
const wait = globalThis.setTimeout;
globalThis.setTimeout = (what, milliseconds) => {
  const timer = wait(what, milliseconds);
  if (milliseconds >= 5000) timer.unref();
  return timer;
};

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
let listen;

// Each test has a tab of its own.
beforeEach(async () => {
  lines.length = 0;
  globalThis.WebSocket = Line;
  globalThis.location = { protocol: "http:", host: "here" };
  globalThis.document = Object.assign(new EventTarget(), { hidden: false });
  globalThis.addEventListener = () => {};
  ({ listen } = await import(`../../static/shell/live.js?${Math.random()}`));
});

function ear() {
  const heard = [];
  return { heard, tell: ({ kind, seq }) => heard.push(`${kind} ${seq}`) };
}

test("a hundred topics are joined in one frame, and left in one", async () => {
  listen("space:1", 5, () => {});
  lines[0].opened();
  const stops = Array.from({ length: 100 }, (_one, number) => listen(`node:${number + 1}`, 5, () => {}));
  await after(60);
  assert.equal(lines[0].sent.length, 2);
  assert.equal(Object.keys(lines[0].sent[1].join).length, 100);
  for (const stop of stops) stop();
  await after(1100);
  assert.equal(lines[0].sent.length, 3);
  assert.equal(lines[0].sent[2].leave.length, 100);
});

test("a list drawn anew neither leaves nor joins", async () => {
  const stop = listen("node:7", 5, () => {});
  lines[0].opened();
  stop();
  listen("node:7", 6, () => {});
  await after(1100);
  assert.deepEqual(lines[0].sent.map((frame) => frame.leave ?? []).flat(), []);
  assert.equal(lines[0].sent.filter((frame) => Object.keys(frame.join).length).length, 1);
});

test("a part that was read before what was heard is told it, and no other part twice", () => {
  const old = ear();
  listen("node:7", 10, old.tell);
  lines[0].opened();
  lines[0].says({ joined: { "node:7": 10 } });
  lines[0].says({ topic: "node:7", seq: 11, kind: "add", ref: "node:9" });
  lines[0].says({ topic: "node:7", seq: 14, kind: "edit", ref: "node:9" });
  const [late, fresh] = [ear(), ear()];
  listen("node:7", 12, late.tell);
  listen("node:7", 14, fresh.tell);
  assert.deepEqual(old.heard, ["add 11", "edit 14"]);
  assert.deepEqual(late.heard, ["edit 14"]);
  assert.deepEqual(fresh.heard, []);
});

test("of two parts that come late both are told", () => {
  listen("node:7", 10, () => {});
  lines[0].opened();
  lines[0].says({ topic: "node:7", seq: 14, kind: "add", ref: "node:9" });
  const [first, second] = [ear(), ear()];
  listen("node:7", 13, first.tell);
  listen("node:7", 13, second.tell);
  assert.deepEqual([first.heard, second.heard], [["add 14"], ["add 14"]]);
});

test("a part drawn later than another takes nothing from it", () => {
  const old = ear();
  listen("node:7", 10, old.tell);
  lines[0].opened();
  listen("node:7", 15, () => {});
  lines[0].says({ topic: "node:7", seq: 12, kind: "add", ref: "node:9" });
  assert.deepEqual(old.heard, ["add 12"]);
});

test("after a reset a part that was read before it is late, and the next break begins there", () => {
  const old = ear();
  listen("node:7", 10, old.tell);
  lines[0].opened();
  lines[0].says({ joined: { "node:7": 15 } });
  lines[0].says({ reset: ["node:7"] });
  const [late, fresh] = [ear(), ear()];
  listen("node:7", 12, late.tell);
  listen("node:7", 15, fresh.tell);
  assert.deepEqual([old.heard, late.heard, fresh.heard], [["reset 15"], ["reset 15"], []]);
  lines[0].opened();
  assert.deepEqual(lines[0].sent.at(-1).join, { "node:7": 15 });
});

test("what a reset says of a topic that was just left does not keep it from being joined again", async () => {
  const stop = listen("node:7", 10, () => {});
  lines[0].opened();
  stop();
  await after(1100);
  lines[0].says({ reset: ["node:7"] });
  listen("node:7", 20, () => {});
  await after(60);
  assert.deepEqual(lines[0].sent.at(-1).join, { "node:7": 20 });
});
