// Uploads as pure logic: at most three requests at a time, parts of large files, retries that wait longer each time.
// `door` sends: whole(job, {progress, signal}), begin(job), part(job, number, blob, {progress, signal}), finish(job),
// cancel(job). Its errors carry `status` (0: the connection broke) and perhaps `retryAfter` in seconds.

const AGAIN = new Set([0, 408, 425, 429, 502, 503, 504]);

export class UploadQueue extends EventTarget {
  #door;
  #free;
  #chunk;
  #tries;
  #sleep;
  #waiting = [];
  jobs = [];

  constructor(door, { parallel = 3, chunk = 8 * 2 ** 20, tries = 6, sleep = pause } = {}) {
    super();
    this.#door = door;
    this.#free = parallel;
    this.#chunk = chunk;
    this.#tries = tries;
    this.#sleep = sleep;
  }

  // Each: { file, name, parent, clash }. Resolves when all of them have ended, one way or another.
  add(wanted) {
    const jobs = wanted.map((one) => ({ ...one, size: one.file.size, sent: 0, state: "waiting", error: "" }));
    this.jobs.push(...jobs);
    return Promise.all(jobs.map((job) => this.#run(job)));
  }

  retry(job) {
    if (job.state !== "failed") return Promise.resolve();
    Object.assign(job, { state: "waiting", error: "" });
    return this.#run(job);
  }

  cancel(job) {
    if (!["waiting", "sending", "finishing", "failed"].includes(job.state)) return;
    this.#set(job, "cancelled");
    job.stop?.abort();
    if (job.upload) this.#door.cancel(job).catch(() => {});
  }

  cancelAll() {
    for (const job of [...this.jobs]) this.cancel(job);
  }

  // Numbers for all that was asked and not cancelled.
  get sum() {
    const sum = { total: 0, done: 0, failed: 0, active: 0, size: 0, sent: 0 };
    for (const job of this.jobs) {
      if (job.state === "cancelled") continue;
      sum.total += 1;
      sum.size += job.size;
      sum.sent += job.state === "done" ? job.size : job.sent;
      if (job.state === "done") sum.done += 1;
      else if (job.state === "failed") sum.failed += 1;
      else sum.active += 1;
    }
    return sum;
  }

  async #run(job) {
    job.stop = new AbortController();
    try {
      if (job.size <= this.#chunk) await this.#whole(job);
      else await this.#parts(job);
      if (job.state !== "cancelled") this.#set(job, "done");
    } catch (error) {
      job.stop.abort(); // the other parts of a file that failed need not be sent
      if (job.state === "cancelled") return;
      job.error = error.message;
      this.#set(job, "failed");
    }
  }

  async #whole(job) {
    job.result = await this.#request(job, () => {
      this.#set(job, "sending");
      return this.#door.whole(job, this.#watch(job, (sent) => (job.sent = sent)));
    });
  }

  async #parts(job) {
    const opened = await this.#request(job, () => this.#door.begin(job));
    job.upload = opened.id;
    if (job.state === "cancelled") return this.#door.cancel(job).catch(() => {});
    const size = opened.chunk ?? this.#chunk;
    const sent = new Map(opened.have.map((number) => [number, this.#length(job, number, size)]));
    const count = () => this.#progress(job, [...sent.values()].reduce((sum, one) => sum + one, 0));
    const numbers = [];
    for (let number = 1; (number - 1) * size < job.size; number += 1) if (!sent.has(number)) numbers.push(number);
    count();
    await Promise.all(numbers.map((number) => this.#request(job, async () => {
      this.#set(job, "sending");
      const blob = job.file.slice((number - 1) * size, number * size);
      await this.#door.part(job, number, blob, this.#watch(job, (bytes) => (sent.set(number, bytes), count())));
      sent.set(number, blob.size);
      count();
    })));
    this.#set(job, "finishing");
    job.result = await this.#request(job, () => this.#door.finish(job));
    job.upload = undefined;
  }

  // One request when a place is free, tried again while that may help. A cancelled job asks nothing more.
  async #request(job, act) {
    for (let attempt = 1; ; attempt += 1) {
      await this.#enter();
      let wait;
      try {
        if (job.stop.signal.aborted) throw new DOMException("", "AbortError");
        return await act();
      } catch (error) {
        if (error.name === "AbortError" || !AGAIN.has(error.status) || attempt >= this.#tries) throw error;
        wait = (error.retryAfter ?? 2 ** (attempt - 1)) * 1000;
      } finally {
        this.#leave();
      }
      await this.#sleep(wait, job.stop.signal);
    }
  }

  #enter() {
    if (this.#free > 0) {
      this.#free -= 1;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #leave() {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }

  #watch(job, progress) {
    const told = (bytes) => {
      progress(bytes);
      this.#tell(job);
    };
    return { progress: told, signal: job.stop.signal };
  }

  #length(job, number, size) {
    return Math.max(0, Math.min(size, job.size - (number - 1) * size));
  }

  #progress(job, sent) {
    job.sent = sent;
    this.#tell(job);
  }

  #set(job, state) {
    if (job.state === "cancelled" || job.state === state) return;
    job.state = state;
    this.#tell(job);
  }

  #tell(job) {
    this.dispatchEvent(Object.assign(new Event("change"), { job }));
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

// The same file for the same place has the same name for its upload: chosen again after a reload, it goes on.
export function transferOf({ parent, name, file }) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (const char of `${parent}/${name}/${file.size}/${file.lastModified}`) {
    a = Math.imul(a ^ char.codePointAt(0), 2654435761);
    b = Math.imul(b ^ char.codePointAt(0), 1597334677);
  }
  return `web-${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}-${file.size}`;
}
