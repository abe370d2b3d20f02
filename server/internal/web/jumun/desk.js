import { Connection } from "./connection.js";
import { ordersOfToday } from "./history.js";
import { Leader } from "./leader.js";
import { Screen } from "./screen.js";
import { Speaker } from "./speaker.js";
import { Tabs } from "./tabs.js";

const TICK = 1_000;

// A Desk is where the orders of a mart arrive on a page. It fires "change" whenever its state has changed, and "order" and
// "cancelled" with an order as detail when one comes. Its state is never changed, only replaced:
//
//   conn      {state, since, reason}: "connecting", "connected", "lost" or "refused", and why
//   orders    those that need a person, and those that were answered lately, oldest first; see Orders
//   gap       orders may be missing; unreadable: since one came that this version cannot read
//   office    {id} of a test alarm of the head office that is to be shown, or null
//   audible   a sound would be heard now, from this tab or another one
//   play      what sounds now
export class Desk extends EventTarget {
  constructor({ server = location.origin, mart, token, awake = false }) {
    super();
    Object.assign(this, { server: server.replace(/\/+$/, ""), mart: String(mart), token });
    this.state = { conn: { state: "connecting", since: Date.now() }, orders: [], gap: false, unreadable: false, office: null, audible: false, play: null };
    this.ended = new AbortController();
    this.speaker = new Speaker(this.server, () => this.speakerChanged());
    this.tabs = new Tabs(`${this.server} ${this.mart}`, (m) => this.hear(m));
    this.screen = awake ? new Screen(() => this.visibilityChanged()) : undefined;
    this.watch();
    this.tabs.want("stream", () => this.lead());
    this.tabs.tell({ do: "hello" });
  }

  watch() {
    const signal = this.ended.signal;
    document.addEventListener("visibilitychange", () => this.visibilityChanged(), { signal });
    addEventListener("pagehide", (e) => { if (!e.persisted) this.leader?.leave(); }, { signal });
    this.timer = setInterval(() => this.tick(), TICK);
    this.visibilityChanged();
  }

  // close ends everything. Orders ring on in other tabs.
  close() {
    this.ended.abort();
    clearInterval(this.timer);
    this.leader?.close();
    this.speaker.stop();
    this.screen?.close();
    this.tabs.close();
  }

  // What a person does. enableSound has to be called by the handler of a click.
  async enableSound() { await this.speaker.enable(); }
  confirm(...ids) { this.do({ do: "confirm", ids }); }
  confirmAll() { this.confirm(...this.state.orders.filter((o) => o.state === "open").map((o) => o.id)); }
  undo(id) { this.do({ do: "undo", id }); }
  looked() { this.do({ do: "looked" }); }
  test() { this.do({ do: "test" }); }
  heardOffice(id) { this.do({ do: "office", id }); }

  // history returns the orders of today that the server knows, newest first.
  history() { return ordersOfToday(this.leader?.connection ?? new Connection(this)); }

  lead() {
    this.leader = new Leader(this, this.state, (state) => {
      this.tabs.tell({ do: "state", state });
      this.show(state);
    });
  }

  // do has the leading tab do something.
  do(what) {
    if (this.leader) this.leader.obey(what);
    else this.tabs.tell(what);
  }

  hear(message) {
    if (this.leader) this.leader.obey(message);
    else if (message.do === "state") this.show(message.state);
  }

  // show makes state what this tab shows, and plays if it is the one that does.
  show(state) {
    const known = new Map(this.state.orders.map((o) => [o.id, o.state]));
    this.state = state;
    this.sound();
    for (const o of state.orders) {
      if (o.state === "open" && !known.has(o.id)) this.fire("order", o);
      if (o.state === "cancelled" && known.get(o.id) !== "cancelled") this.fire("cancelled", o);
    }
    this.fire("change", state);
  }

  fire(type, detail) { this.dispatchEvent(new CustomEvent(type, { detail })); }

  sound() {
    if (!this.plays || !this.speaker.running) return;
    this.speaker.play(this.state.play, (cause) => this.do({ do: "heard", cause }));
  }

  speakerChanged() {
    if (this.ended.signal.aborted) return;
    if (this.speaker.running) this.tabs.want("sound", () => this.playHere());
    else {
      this.plays = false;
      this.speaker.stop();
      this.tabs.release("sound");
    }
    this.do({ do: "sound" });
    this.fire("change", this.state);
  }

  playHere() {
    this.plays = true;
    this.do({ do: "sound" });
    this.sound();
  }

  visibilityChanged() {
    if (document.visibilityState === "visible") this.tabs.want("screen", () => this.do({ do: "sound" }), "shared");
    else this.tabs.release("screen");
    this.do({ do: "sound" });
  }

  tick() {
    this.speaker.check();
    this.leader?.turn();
  }
}
