import { PAUSE } from "./alarm.js";

const SOUNDS = ["order", "waiting", "cancelled", "lost", "back", "test"];
// HDMI and Bluetooth outputs that sleep swallow the beginning of a sound: noise that nobody hears wakes them.
const LEAD_IN = 0.4, NOISE = 0.00006, ASLEEP_AFTER = 10;
// A device that took nothing between so many looks is stuck; a busy machine may miss one.
const STUCK = 3;

// A Speaker plays the built-in sounds. A browser lets it after a click on the page only, and after a reload not until the
// next one. onChange is told when it begins or ends to be able to.
export class Speaker {
  constructor(server, onChange) {
    Object.assign(this, { server, onChange, buffers: new Map(), silentSince: -ASLEEP_AFTER });
  }

  // running reports whether a sound would leave the browser now.
  get running() {
    return this.context?.state === "running" && !this.broken && SOUNDS.every((name) => this.buffers.has(name));
  }

  // enable has to be called by the handler of a click.
  async enable() {
    if (!this.context) {
      this.context = new AudioContext({ latencyHint: "playback" });
      this.context.addEventListener("statechange", () => this.onChange());
      this.context.addEventListener("error", () => { this.broken = true; this.onChange(); });
    }
    await Promise.all([this.context.resume(), ...SOUNDS.map((name) => this.load(name))]);
    this.broken = false;
    this.onChange();
  }

  async load(name) {
    if (this.buffers.has(name)) return;
    const answer = await fetch(`${this.server}/web/sounds/${name}.flac`, { credentials: "omit" });
    if (!answer.ok) throw new Error(`the sound ${name}: ${answer.status}`);
    this.buffers.set(name, await this.context.decodeAudioData(await answer.arrayBuffer()));
  }

  // check reports a device that has stopped taking samples: nothing else tells of it.
  check() {
    if (this.context?.state !== "running") return;
    this.stuck = this.context.currentTime === this.checkedAt ? this.stuck + 1 : 0;
    this.checkedAt = this.context.currentTime;
    const broken = this.stuck >= STUCK;
    if (broken !== Boolean(this.broken)) { this.broken = broken; this.onChange(); }
  }

  // play makes what sounds from now on be p; null is silence. What sounds already goes on.
  play(p, onEnd) {
    const key = p && `${p.cause} ${p.sound} ${p.volume}`;
    if (key === this.key) return;
    this.stop();
    if (!p) return;
    this.key = key;
    const now = this.context.currentTime;
    const at = now - this.silentSince < ASLEEP_AFTER ? now : this.leadIn(now);
    const source = new AudioBufferSourceNode(this.context, { buffer: p.repeat ? this.withPause(p.sound) : this.buffers.get(p.sound), loop: p.repeat });
    this.gain = new GainNode(this.context, { gain: p.volume });
    source.connect(this.gain).connect(this.context.destination);
    source.onended = () => {
      if (this.source !== source) return; // it was stopped
      this.stop();
      onEnd(p.cause);
    };
    source.start(at);
    this.source = source;
  }

  stop() {
    this.source?.stop();
    if (this.source) this.silentSince = this.context.currentTime;
    this.source = this.key = undefined;
  }

  leadIn(now) {
    const noise = this.context.createBuffer(1, LEAD_IN * this.context.sampleRate, this.context.sampleRate);
    noise.getChannelData(0).forEach((_, i, all) => { all[i] = (Math.random() - 0.5) * NOISE; });
    const source = new AudioBufferSourceNode(this.context, { buffer: noise });
    source.connect(this.context.destination);
    source.start(now);
    return now + LEAD_IN;
  }

  // withPause returns a sound and the silence before its repeat. A loop needs no timer: those of a hidden page are late.
  withPause(name) {
    const once = this.buffers.get(name);
    const both = this.context.createBuffer(once.numberOfChannels, once.length + PAUSE * once.sampleRate, once.sampleRate);
    for (let c = 0; c < once.numberOfChannels; c++) both.copyToChannel(once.getChannelData(c), c);
    return both;
  }
}
