import { OFFICE_SHOWN } from "./office.js";

// As the app's settings have them, unless a person changes them there.
const VOLUME = 0.8, REMIND = 3 * 60_000, PATIENCE = 20_000;
// The silence before the sound of an order repeats, in seconds.
export const PAUSE = 2;
// A reminder is louder; an order that is so new sounds as new; a loss is told again after ten minutes; a test is dropped if
// nothing lets it sound.
const LOUD = 1, FRESH = 10_000, TELL_AGAIN = 600_000, TEST = 30_000;

// An Alarm decides what sounds now, by the rules of the app (package alarm): first what a person has to answer, then what a
// person asked for, then the news. Both are held to desktop/internal/alarm/testdata/scenarios.json.
export class Alarm {
  // known are orders whose withdrawal was heard before.
  constructor(now, known = []) {
    this.arrived = new Map(); // the open orders, and for how long orders had rung when they came
    this.rung = 0;
    this.withdrawn = new Set(known.map((o) => o.id));
    this.testUntil = this.officeUntil = 0;
    this.conn = { state: "connecting", since: now, lostSince: now };
  }

  // connection takes the state of the connection. People hear that it is back if they heard that it was lost.
  connection(state, now) {
    const was = this.conn;
    if (state === was.state) return;
    this.conn = { state, since: now };
    if (state === "connected") this.conn.returned = was.toldAt !== undefined || this.playing === "lost";
    else Object.assign(this.conn, { toldAt: was.toldAt, lostSince: was.lostSince ?? now });
  }

  // shown returns the state that people see: a short outage is none.
  shown(now) {
    const lost = this.conn.state === "connecting" && now - this.conn.lostSince >= PATIENCE;
    return lost ? "lost" : this.conn.state;
  }

  // missing takes whether orders may be missing, and whether because one cannot be read. When either begins, it sounds once.
  missing(gap, unreadable) {
    const begins = gap && !this.gap || unreadable && !this.unreadable;
    this.gapUnheard = gap && (this.gapUnheard || begins);
    Object.assign(this, { gap, unreadable });
  }

  test(now) { this.testUntil = now + TEST; this.officeUntil = 0; }

  // office begins a test of the head office: it sounds as a new order once, and gives way to orders.
  office(now) { this.testUntil = 0; this.officeUntil = now + OFFICE_SHOWN; }

  // decide returns what should sound from now on: {cause, sound, repeat, volume}, or null. audible: it would be heard.
  decide(orders, audible, now) {
    this.rung += this.couldRing ? Math.max(0, now - this.last) : 0;
    Object.assign(this, { couldRing: audible, last: now });
    this.note(orders);
    if (this.arrived.size > 0 || !audible) this.conn.returned = false; // later it would be no news
    if (!audible) this.officeUntil = 0;
    this.playing = this.cause(now);
    return this.playing && { cause: this.playing, ...sound(this.playing) };
  }

  note(orders) {
    const open = orders.filter((o) => o.state === "open"), withdrawn = orders.filter((o) => o.state === "cancelled");
    this.arrived = new Map(open.map((o) => [o.id, this.arrived.get(o.id) ?? this.rung]));
    const news = withdrawn.some((o) => !this.withdrawn.has(o.id));
    this.withdrawnUnheard = withdrawn.length > 0 && (this.withdrawnUnheard || news);
    this.withdrawn = new Set(withdrawn.map((o) => o.id));
    if (open.length + withdrawn.length > 0) this.officeUntil = 0;
  }

  cause(now) {
    if (this.withdrawnUnheard) return "cancelled";
    if (this.arrived.size > 0) return this.reminds() ? "waiting" : "order";
    if (now < this.testUntil) return "test";
    if (now < this.officeUntil) return "office";
    if (this.lossIsDue(now)) return "lost";
    if (this.gapUnheard) return "gap";
    return this.conn.returned ? "back" : null;
  }

  reminds() {
    const all = [...this.arrived.values()];
    return this.rung >= Math.min(...all) + REMIND && this.rung >= Math.max(...all) + FRESH;
  }

  lossIsDue(now) {
    const told = this.conn.toldAt !== undefined && now - this.conn.toldAt < TELL_AGAIN;
    return !told && ["lost", "refused"].includes(this.shown(now));
  }

  // heard reports that a sound that does not repeat was played to its end. One that decide has replaced since does not count.
  heard(cause, now) {
    if (cause !== this.playing) return;
    switch (cause) {
      case "cancelled": this.withdrawnUnheard = false; break;
      case "test": this.testUntil = 0; break;
      case "office": this.officeUntil = 0; break;
      case "lost": this.conn.toldAt = now; this.gapUnheard = false; break; // both have the same sound
      case "gap": this.gapUnheard = false; break;
      case "back": this.conn.returned = false; break;
    }
  }
}

function sound(cause) {
  const repeat = cause === "order" || cause === "waiting";
  const others = { gap: "lost", office: "order" };
  return { sound: others[cause] ?? cause, repeat, volume: cause === "waiting" ? LOUD : VOLUME };
}
