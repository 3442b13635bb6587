// The queue of uploads, with a door that answers as it is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { UploadQueue, transferOf } from "../../static/files/upload-queue.js";

const MB = 2 ** 20;
const file = (size, name = "a") => ({ size, name, lastModified: 1, slice: (from, to) => ({ size: Math.min(to, size) - from, from }) });
const refusal = (status, more = {}) => Object.assign(new Error(`refused ${status}`), { status }, more);

class Door {
  constructor(answers = {}) {
    this.answers = answers;
    this.asked = [];
    this.running = 0;
    this.most = 0;
  }

  async ask(name, job, detail, signal) {
    this.asked.push(detail === undefined ? name : `${name} ${detail}`);
    this.most = Math.max(this.most, ++this.running);
    try {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (signal?.aborted) throw new DOMException("", "AbortError");
      const answer = this.answers[name]?.(job, detail, this.asked.length);
      if (answer instanceof Error) throw answer;
      return answer ?? {};
    } finally {
      this.running -= 1;
    }
  }

  whole(job, { progress, signal }) {
    progress(job.size);
    return this.ask("whole", job, undefined, signal);
  }

  begin(job) {
    return this.ask("begin", job).then((answer) => ({ id: 7, have: [], chunk: 8 * MB, ...answer }));
  }

  part(job, number, blob, { progress, signal }) {
    progress(blob.size);
    return this.ask("part", job, number, signal);
  }

  finish(job) {
    return this.ask("finish", job);
  }

  cancel(job) {
    return this.ask("cancel", job);
  }
}

const queueFor = (door, options) => new UploadQueue(door, { sleep: async () => {}, ...options });
const wanted = (...sizes) => sizes.map((size, place) => ({ file: file(size), name: `f${place}`, parent: 1, clash: "" }));

test("a small file goes in one request, a large one in parts", async () => {
  const door = new Door();
  const queue = queueFor(door);
  await queue.add(wanted(5, 20 * MB));
  assert.deepEqual(door.asked.sort(), ["begin", "finish", "part 1", "part 2", "part 3", "whole"]);
  assert.deepEqual(queue.sum, { total: 2, done: 2, failed: 0, active: 0, size: 5 + 20 * MB, sent: 5 + 20 * MB });
});

test("never more than three requests at a time", async () => {
  const door = new Door();
  await queueFor(door).add(wanted(...Array(30).fill(1), 100 * MB, 100 * MB));
  assert.equal(door.most, 3);
});

test("parts that are there are not sent again", async () => {
  const door = new Door({ begin: () => ({ have: [1, 3] }) });
  const queue = queueFor(door);
  await queue.add(wanted(20 * MB));
  assert.deepEqual(door.asked, ["begin", "part 2", "finish"]);
  assert.equal(queue.sum.sent, 20 * MB);
});

test("a connection that breaks is tried again, each time later", async () => {
  const waits = [];
  let left = 3;
  const door = new Door({ whole: () => (left-- > 0 ? refusal(0) : undefined) });
  const queue = queueFor(door, { sleep: async (wait) => waits.push(wait) });
  await queue.add(wanted(5));
  assert.deepEqual(waits, [1000, 2000, 4000]);
  assert.equal(queue.jobs[0].state, "done");
});

test("the server says how long to wait", async () => {
  const waits = [];
  let first = true;
  const door = new Door({ whole: () => (first ? ((first = false), refusal(503, { retryAfter: 30 })) : undefined) });
  await queueFor(door, { sleep: async (wait) => waits.push(wait) }).add(wanted(5));
  assert.deepEqual(waits, [30_000]);
});

test("a refusal is final, says why, and holds nobody else up", async () => {
  const door = new Door({ whole: (job) => (job.name === "f1" ? refusal(507) : undefined) });
  const queue = queueFor(door);
  await queue.add(wanted(1, 1, 1));
  assert.deepEqual(queue.jobs.map((job) => job.state), ["done", "failed", "done"]);
  assert.equal(queue.jobs[1].error, "refused 507");
  assert.equal(door.asked.length, 3);
});

test("after six tries it is given up, and can be tried again by hand", async () => {
  const door = new Door({ whole: () => refusal(502) });
  const queue = queueFor(door);
  await queue.add(wanted(1));
  assert.equal(door.asked.length, 6);
  door.answers = {};
  await queue.retry(queue.jobs[0]);
  assert.equal(queue.jobs[0].state, "done");
});

test("a part that is refused stops the other parts of its file", async () => {
  const door = new Door({ part: (_job, number) => (number === 1 ? refusal(403) : undefined) });
  const queue = queueFor(door);
  await queue.add(wanted(100 * MB));
  assert.equal(queue.jobs[0].state, "failed");
  assert.ok(door.asked.length < 8, door.asked.join());
  assert.ok(!door.asked.includes("finish"));
});

test("a cancelled file is forgotten on the server, and counts no more", async () => {
  const door = new Door();
  const queue = queueFor(door);
  queue.addEventListener("change", ({ job }) => job.sent >= 8 * MB && queue.cancel(job));
  await queue.add(wanted(100 * MB, 1));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(queue.jobs.map((job) => job.state), ["cancelled", "done"]);
  assert.ok(door.asked.includes("cancel"));
  assert.ok(!door.asked.includes("finish"));
  assert.equal(queue.sum.total, 1);
});

test("what waits can be cancelled before anything is asked", async () => {
  const door = new Door();
  const queue = queueFor(door);
  const all = queue.add(wanted(1, 1, 1, 1, 1, 1));
  queue.cancelAll();
  await all;
  assert.equal(queue.sum.total, 0);
  assert.ok(door.asked.length <= 3);
});

test("an upload bears the same name after a reload, another one for another file", () => {
  const job = { parent: 1, name: "é.txt", file: file(5) };
  assert.equal(transferOf(job), transferOf({ ...job, file: file(5) }));
  const others = [{ ...job, parent: 2 }, { ...job, name: "e.txt" }, { ...job, file: file(6) }].map(transferOf);
  assert.equal(new Set([transferOf(job), ...others]).size, 4);
  assert.match(transferOf(job), /^[\w-]{1,60}$/);
});
