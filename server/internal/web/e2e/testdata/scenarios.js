// What jumun.js makes of the scenarios of the app's alarm, and of the orders that repeat one (shared/order/testdata).
import { Alarm } from "/jumun/alarm.js";
import { Orders, repeats } from "/jumun/orders.js";

// run returns what is not as the table says.
export function run({ plays, scenarios }) {
  return scenarios.flatMap(({ name, steps }) => {
    const store = new Store();
    return steps.flatMap((step) => store.take(step, plays)).map((wrong) => `${name}: ${wrong}`);
  });
}

class Store {
  constructor() {
    Object.assign(this, { orders: new Orders(), alarm: new Alarm(0), gap: false, unreadable: false, audible: true, ids: new Map() });
    this.alarm.connection("connected", 0);
    this.decide(0);
  }

  decide(now) {
    this.alarm.missing(this.gap, this.unreadable);
    return this.play = this.alarm.decide(this.orders.list, this.audible, now);
  }

  take({ at, do: what, then, state }, plays) {
    const now = at * 1_000;
    if (what) this.do(...what.split(" "), now);
    const play = this.decide(now), wrong = [];
    if (state && this.alarm.shown(now) !== state) wrong.push(`at ${at}: it is ${this.alarm.shown(now)}`);
    const got = play && { sound: play.sound, repeat: play.repeat, volume: play.volume }, want = then ? plays[then] : null;
    if (then !== undefined && JSON.stringify(got) !== JSON.stringify(want)) wrong.push(`at ${at} ${what}: plays ${JSON.stringify(play)}, want ${then}`);
    return wrong;
  }

  do(verb, ...rest) {
    const now = rest.pop(), [number] = rest;
    const event = (name, more) => this.orders.apply(name, undefined, JSON.stringify({ id: this.ids.get(number), orderId: number, at: new Date(now), ...more }), now);
    switch (verb) {
      case "order":
        this.ids.set(number, `${now}-${this.ids.size}`);
        this.orders.apply("order", this.ids.get(number), JSON.stringify({ orderId: number, at: new Date(now) }), now);
        break;
      case "confirm": this.orders.confirm(this.ids.get(number), now); break;
      case "read": event("ack"); break;
      case "withdraw": event("cancel"); break;
      case "reopen": event("reopen"); break;
      case "connecting": case "connected": case "refused": this.alarm.connection(verb, now); break;
      case "gap": this.gap = true; break;
      case "unreadable": this.gap = this.unreadable = true; break;
      case "looked": this.gap = this.unreadable = false; break;
      case "test": this.alarm.test(now); break;
      case "office": if (!this.orders.list.some((o) => o.state === "open" || o.state === "cancelled")) this.alarm.office(now); break;
      case "heard": this.alarm.heard(this.play.cause, now); break;
      case "deaf": this.audible = false; break;
      case "hears": this.audible = true; break;
      default: throw new Error("nothing is called " + verb);
    }
  }
}

// repeated returns the cases that are not decided as they say.
export function repeated(cases) {
  const now = Date.UTC(2026, 6, 29);
  return cases.filter(({ first, next, confirmedMinutesAgo, repeat }) => {
    const known = { orderId: "1001", state: confirmedMinutesAgo ? "confirmed" : "open", ended: now - confirmedMinutesAgo * 60_000, ...first };
    return Boolean(repeats(known, { orderId: "1001", ...next }, now)) !== Boolean(repeat);
  }).map((c) => c.name);
}
