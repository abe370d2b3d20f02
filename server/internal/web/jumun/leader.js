import { Acks } from "./acks.js";
import { Alarm } from "./alarm.js";
import { Connection } from "./connection.js";
import { OFFICE_SHOWN, OfficeTest } from "./office.js";
import { Orders, isOpen } from "./orders.js";
import { Presence } from "./presence.js";

// A Leader is what one tab of a device has: the connection, the orders and the decision about what sounds. It goes on from the
// state of the tab before, and calls onState with each state that tabs are to show.
export class Leader {
  constructor({ server, mart, token, tabs, screen, speaker }, state, onState) {
    Object.assign(this, { tabs, screen, speaker, onState, gap: state.gap, unreadable: state.unreadable });
    this.orders = new Orders(state.orders);
    this.alarm = new Alarm(Date.now(), state.orders);
    this.alarm.missing(this.gap, this.unreadable);
    this.connection = new Connection({
      server, mart, token, lastID: state.lastID,
      on: (name, id, data) => this.take(name, id, data),
      onState: (conn, reason) => this.connected(conn, reason),
    });
    this.acks = new Acks(this.connection, state.acks ?? []);
    this.presence = new Presence(this.connection);
    this.office = new OfficeTest(this.connection);
    this.connection.run();
    this.turn();
  }

  close() {
    this.closed = true;
    this.connection.close();
  }

  // leave tells the server that this page ends.
  leave() { this.presence.leave(); }

  connected(state, reason) {
    this.reason = reason;
    this.alarm.connection(state, Date.now());
    this.soon();
  }

  take(name, id, data) {
    if (name === "gap") {
      this.missing(false);
      return;
    }
    if (name === "test") {
      this.test(id);
      return;
    }
    try {
      this.orders.apply(name, id, data, Date.now());
    } catch (failure) {
      console.error("jumun: an event cannot be read", failure);
      this.missing(true);
    }
    this.soon();
  }

  // test takes a test alarm of the head office, unless it is a repeat, or came while the device slept.
  async test(id) {
    if (id === this.office.id || this.connection.silent > OFFICE_SHOWN) return;
    const parts = await this.tabs.taken(), now = Date.now();
    const mute = parts.has("sound") ? undefined : this.speaker.broken ? "speaker" : "no-sound";
    const problem = this.orders.list.some(isOpen) ? "busy" : mute;
    this.office.start(id, problem, now);
    if (!problem) this.alarm.office(now);
    this.soon();
  }

  missing(unreadable) {
    this.gap = true;
    this.unreadable = this.unreadable || unreadable;
    this.soon();
  }

  // soon turns once for all events that arrived together.
  soon() {
    this.due ??= setTimeout(() => { this.due = undefined; this.turn(); });
  }

  // obey does what a person did on any tab.
  obey(what) {
    const now = Date.now();
    switch (what.do) {
      case "confirm": this.acks.add(...what.ids.map((id) => this.orders.confirm(id, now)).filter(Boolean)); break;
      case "undo": this.undo(what.id); break;
      case "looked": this.gap = this.unreadable = false; break;
      case "hello": this.told = undefined; break; // another tab has nothing to show yet
      case "test": this.alarm.test(now); break;
      case "heard":
        this.alarm.heard(what.cause, now);
        if (what.cause === "office") this.office.soundEnded();
        break;
      case "office": this.office.press(what.id); break;
    }
    this.turn();
  }

  async undo(id) {
    const o = this.orders.reopen(id);
    if (!o) return;
    this.acks.drop(id);
    this.soon();
    try {
      await this.connection.post("/reopen", { id, orderId: o.orderId });
    } catch (failure) {
      console.warn("jumun: a confirmation is taken back on this device only", failure);
    }
  }

  // turn brings the state up to now.
  async turn() {
    const parts = await this.tabs.taken();
    if (this.closed) return;
    if (this.orders.list.some(isOpen)) this.office.gaveWay();
    const now = Date.now(), state = this.state(parts, now), text = JSON.stringify(state);
    if (text !== this.told) {
      this.told = text;
      this.onState(state);
    }
    if (this.alarm.conn.state !== "connected") return;
    this.acks.send();
    this.office.update(state.visible, now);
    this.presence.report(state, Boolean(this.screen?.refused), now);
  }

  state(parts, now) {
    const audible = parts.has("sound"), orders = this.orders.list.map((o) => ({ ...o }));
    this.alarm.missing(this.gap, this.unreadable);
    return {
      conn: { state: this.alarm.shown(now), since: this.alarm.conn.since, reason: this.reason },
      orders, gap: this.gap, unreadable: this.unreadable, audible, visible: parts.has("screen"),
      play: this.alarm.decide(orders, audible, now), office: this.office.card(now), lastID: this.connection.lastID, acks: this.acks.list,
    };
  }
}
