// As the app's settings have them, unless a person changes them there.
const VOLUME = 0.8, PAUSE = 2, REMIND = 3 * 60_000, PATIENCE = 20_000;
// A reminder is louder; an order that is so new sounds as new; a loss is told again after ten minutes.
const LOUD = 1, FRESH = 10_000, TELL_AGAIN = 600_000;

// An Alarm decides what sounds now, by the rules of the app (package alarm): first what a person has to answer, then what a
// person asked for, then the news.
class Alarm {
  constructor() {
    this.arrived = new Map(); // the open orders, and how long orders had rung when they came
    this.rung = 0;
    this.cancelled = new Set(); // those whose withdrawal was heard
    this.conn = { state: "connecting", since: Date.now() };
  }

  // connection takes the state of the connection. People hear that it is back if they heard that it was lost.
  connection(state, now) {
    if (state === this.conn.state) return;
    if (state === "connected") {
      this.back = Boolean(this.toldLoss);
      this.toldLoss = 0;
      this.lostSince = undefined;
    } else if (this.lostSince === undefined) this.lostSince = now;
    this.conn = { state, since: now };
  }

  // shown returns the state that people see: a short outage is none.
  shown(now) {
    const lost = this.conn.state === "connecting" && now - (this.lostSince ?? this.conn.since) >= PATIENCE;
    return lost ? "lost" : this.conn.state;
  }

  // decide returns what should sound from now on: {cause, sound, repeat, volume}, or null.
  decide(orders, { gap, audible }, now) {
    this.rung += audible && this.last ? Math.max(0, now - this.last) : 0; // while nothing can be heard, nothing has rung
    this.last = now;
    const open = orders.filter((o) => o.state === "open");
    this.note(open, orders);
    const cause = this.cause(open, orders, gap, now);
    return cause && { cause, ...this.sound(cause) };
  }

  note(open, orders) {
    const before = this.arrived;
    this.arrived = new Map(open.map((o) => [o.id, before.get(o.id) ?? this.rung]));
    this.cancelled = new Set(orders.filter((o) => o.state === "cancelled" && this.cancelled.has(o.id)).map((o) => o.id));
  }

  cause(open, orders, gap, now) {
    if (orders.some((o) => o.state === "cancelled" && !this.cancelled.has(o.id))) return "cancelled";
    if (open.length > 0) return this.reminds() ? "waiting" : "order";
    if (this.testing) return "test";
    const state = this.shown(now);
    if ((state === "lost" || state === "refused") && (!this.toldLoss || now - this.toldLoss >= TELL_AGAIN)) return "lost";
    if (gap && !this.gapHeard) return "gap";
    return this.back ? "back" : null;
  }

  reminds() {
    const all = [...this.arrived.values()];
    return this.rung >= Math.min(...all) + REMIND && this.rung >= Math.max(...all) + FRESH;
  }

  sound(cause) {
    const repeat = cause === "order" || cause === "waiting";
    return { sound: cause === "gap" ? "lost" : cause, repeat, volume: cause === "waiting" ? LOUD : VOLUME };
  }

  // heard reports that a sound that does not repeat was played to its end.
  heard(cause, orders, now) {
    switch (cause) {
      case "cancelled": orders.filter((o) => o.state === "cancelled").forEach((o) => this.cancelled.add(o.id)); break;
      case "test": this.testing = false; break;
      case "lost": this.toldLoss = now; break;
      case "gap": this.gapHeard = true; break;
      case "back": this.back = false; break;
    }
  }
}
