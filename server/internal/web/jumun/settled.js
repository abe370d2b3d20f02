// For how long a button has to have been in its place before a press counts. Else the second press of a double click, or a
// finger on its way, would confirm the order that has just moved under it. A slow double click takes half a second.
const SETTLE = 500;

// Settled decides which presses count, as the app's window does: those on what has been in its place for SETTLE. In a burst of
// presses, one counts only on what was in its place when the burst began: who presses again and again means what was pressed
// first.
export class Settled {
  constructor() {
    this.places = new Map(); // by button: {at, since, pressed}
    this.burst = this.last = -Infinity;
  }

  // update looks where buttons are on the page now.
  update(buttons, now) {
    const places = new Map();
    for (const button of buttons) {
      const box = button.getBoundingClientRect(), was = this.places.get(button);
      const at = `${Math.round(box.left + scrollX)} ${Math.round(box.top + scrollY)}`;
      if (box.width > 0) places.set(button, was?.at === at ? was : { at, since: now, pressed: -Infinity });
    }
    this.places = places;
  }

  // counts reports whether a press counts, and makes the button settle again. It is to be called at every press, also at those
  // that do not count.
  counts(button, now) {
    if (now - this.last >= SETTLE) this.burst = now;
    this.last = now;
    const is = this.places.get(button);
    if (!is || now - is.since < SETTLE || is.since > this.burst || now - is.pressed < SETTLE) return false;
    is.pressed = now;
    return true;
  }
}
