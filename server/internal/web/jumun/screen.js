// A Screen keeps the device from switching its screen off, as far as the browser and the battery allow. The browser takes that
// back whenever the page is hidden. onChange is told when it is refused or granted.
export class Screen {
  constructor(onChange) {
    this.onChange = onChange;
    this.ask = () => { if (document.visibilityState === "visible") this.keepOn(); };
    document.addEventListener("visibilitychange", this.ask);
    this.ask();
  }

  close() {
    document.removeEventListener("visibilitychange", this.ask);
    this.lock?.release();
  }

  async keepOn() {
    const before = this.refused;
    try {
      this.lock = await navigator.wakeLock.request("screen");
      this.refused = false;
    } catch {
      this.refused = true;
    }
    if (before !== this.refused) this.onChange();
  }
}
