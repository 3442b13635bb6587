// A message that is spoken: recorded here, it becomes a file of the message, which is sent or left out as any other.

const ENDINGS = { "audio/webm": "weba", "audio/mp4": "m4a", "audio/ogg": "ogg" };
const LONGEST = 10 * 60; // seconds

export class Voice {
  constructor(composer, { signal, take }) {
    this.button = composer.querySelector("[data-voice]");
    if (!this.button || !window.MediaRecorder || !navigator.mediaDevices?.getUserMedia) return;
    Object.assign(this, { take, composer });
    this.button.hidden = false;
    this.button.addEventListener("click", () => (this.recorder ? this.recorder.stop() : this.begin()), { signal });
    composer.addEventListener("keydown", (event) => this.recorder && event.key === "Escape" && this.end(false), { signal });
    signal.addEventListener("abort", () => this.end(false));
  }

  async begin() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) return this.composer.problem(this.button.dataset.refused);
    const type = Object.keys(ENDINGS).find((one) => MediaRecorder.isTypeSupported(one));
    this.recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    this.parts = [];
    this.recorder.addEventListener("dataavailable", ({ data }) => data.size && this.parts.push(data));
    this.recorder.addEventListener("stop", () => this.end(true));
    this.recorder.start(1000);
    this.begun = Date.now();
    this.button.setAttribute("aria-pressed", "true");
    this.clock = setInterval(() => this.tick(), 500);
    return this.tick();
  }

  tick() {
    const seconds = Math.floor((Date.now() - this.begun) / 1000);
    this.composer.tell(this.button.dataset.recording.replace("TIME", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`));
    if (seconds >= LONGEST) this.recorder.stop();
  }

  // Let the microphone go; what was said is kept, or not.
  end(keep) {
    const { recorder, parts } = this;
    if (!recorder) return;
    this.recorder = null;
    clearInterval(this.clock);
    for (const track of recorder.stream.getTracks()) track.stop();
    if (recorder.state !== "inactive") recorder.stop();
    this.button.setAttribute("aria-pressed", "false");
    this.composer.tell("");
    if (!keep || !parts.length) return;
    const type = recorder.mimeType.split(";")[0];
    const now = new Date().toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    const name = `${this.button.dataset.name} ${now.replaceAll("/", "-").replaceAll(":", ".")}.${ENDINGS[type] ?? "weba"}`;
    this.take(new File(parts, name, { type }));
  }
}
