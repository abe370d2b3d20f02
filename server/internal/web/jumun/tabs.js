// Tabs are the pages of one device in one browser. They share one stream and one sound: a browser has six connections to a
// server over HTTP/1.1, and eight tabs would ring eight times. Whoever has a lock has the part; a browser gives it to
// the next tab when one is closed, or dies. Where there are no locks (plain http), each page is on its own.
export class Tabs {
  constructor(name, onMessage) {
    this.name = `jumun ${name}`;
    this.locks = globalThis.navigator?.locks;
    this.releases = new Map();
    if (!this.locks) return;
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = (m) => onMessage(m.data);
  }

  tell(message) { this.channel?.postMessage(message); }

  // want asks for a part, and calls onGranted once this tab has it. Any number of tabs has a shared part.
  want(part, onGranted, mode = "exclusive") {
    if (this.releases.has(part)) return;
    const aborted = new AbortController();
    this.releases.set(part, () => aborted.abort());
    if (!this.locks) {
      onGranted();
      return;
    }
    this.locks.request(`${this.name} ${part}`, { mode, signal: aborted.signal }, () => {
      onGranted();
      return new Promise((release) => this.releases.set(part, release));
    }).catch((failure) => { if (failure.name !== "AbortError") throw failure; });
  }

  // release gives a part back, or the wish for it.
  release(part) {
    this.releases.get(part)?.();
    this.releases.delete(part);
  }

  // taken returns the parts that some tab has.
  async taken() {
    if (!this.locks) return new Set(this.releases.keys());
    const { held } = await this.locks.query();
    return new Set(held.filter((l) => l.name.startsWith(this.name + " ")).map((l) => l.name.slice(this.name.length + 1)));
  }

  close() {
    [...this.releases.keys()].forEach((part) => this.release(part));
    this.channel?.close();
  }
}
