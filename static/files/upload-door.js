// The requests of an upload. XMLHttpRequest, because fetch cannot say how far it has come.
import { transferOf } from "files/upload-queue";
import { token } from "shell/http";

class Refused extends Error {
  constructor(status, message, retryAfter) {
    super(message);
    Object.assign(this, { status, retryAfter });
  }
}

export class UploadDoor {
  // `addresses`: begin, whole; `words`: offline (the connection broke), signedOut.
  constructor(addresses, words) {
    this.addresses = addresses;
    this.words = words;
  }

  whole(job, watch) {
    const query = new URLSearchParams({ parent: job.parent, name: job.name, mtime: seconds(job.file), clash: job.clash, seen: job.seen ?? "" });
    return this.ask("PUT", `${this.addresses.whole}?${query}`, job.file, watch);
  }

  begin(job) {
    const { parent, name, file } = job;
    const body = { parent, name, size: file.size, mtime: seconds(file), transfer: transferOf(job) };
    return this.ask("POST", this.addresses.begin, JSON.stringify(body));
  }

  part(job, number, blob, watch) {
    return this.ask("PUT", `${this.addresses.begin}${job.upload}/${number}/`, blob, watch);
  }

  finish(job) {
    return this.ask("POST", `${this.addresses.begin}${job.upload}/finish/`, JSON.stringify({ clash: job.clash, seen: job.seen ?? "" }));
  }

  cancel(job) {
    return this.ask("DELETE", `${this.addresses.begin}${job.upload}/`);
  }

  ask(method, url, body, { progress, signal } = {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
      else if (body) request.setRequestHeader("Content-Type", "application/octet-stream");
      if (progress) request.upload.addEventListener("progress", ({ loaded }) => progress(Math.min(loaded, body.size)));
      request.addEventListener("load", () => this.answered(request, resolve, reject));
      request.addEventListener("error", () => reject(new Refused(0, this.words.offline)));
      request.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      signal?.addEventListener("abort", () => request.abort(), { once: true });
      request.send(body);
    });
  }

  answered(request, resolve, reject) {
    let data = {};
    try {
      data = JSON.parse(request.responseText);
    } catch {
      if (request.status < 400) return reject(new Refused(401, this.words.signedOut));
    }
    if (request.status < 400) return resolve(data);
    const after = Number(request.getResponseHeader("Retry-After")) || undefined;
    return reject(new Refused(request.status, data.detail ?? this.words.offline, after));
  }
}

const seconds = (file) => Math.floor(file.lastModified / 1000);
