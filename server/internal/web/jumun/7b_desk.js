// A device says what it can do when that changes, and every three minutes (shared/wire, "What a device reports of itself").
const REPORT_EVERY = 180_000, REPORT_AGAIN = 30_000, REPORT_LATER = 3_600_000;
const TICK = 1_000;
const ACKS_AT_ONCE = 256;

// A Desk is where the orders of a mart arrive on a page. It fires "change" whenever its state has changed, and "order" and
// "cancelled" with an order as detail when one comes. Its state is never changed, only replaced:
//
//   conn      {state, since, reason}: "connecting", "connected", "lost" or "refused", and why
//   orders    those that need a person, and those that were answered lately, oldest first; see Orders
//   gap       orders may be missing; unreadable: since one came that this version cannot read
//   audible   a sound would be heard now, from this tab or another one
//   play      what sounds now
class Desk extends EventTarget {
  constructor({ server = location.origin, mart, token, awake = false }) {
    super();
    Object.assign(this, { server: server.replace(/\/+$/, ""), mart: String(mart), token, acks: [] });
    this.state = { conn: { state: "connecting", since: Date.now() }, orders: [], gap: false, unreadable: false, audible: false, play: null };
    this.speaker = new Speaker(this.server, () => this.speakerChanged());
    this.tabs = new Tabs(`${this.server} ${this.mart}`, (m) => this.hear(m));
    this.screen = awake ? new Screen(() => this.visibilityChanged()) : undefined;
    this.onVisibility = () => this.visibilityChanged();
    document.addEventListener("visibilitychange", this.onVisibility);
    this.onLeave = (e) => { if (!e.persisted) this.report(Date.now(), "quit"); };
    addEventListener("pagehide", this.onLeave);
    this.visibilityChanged();
    this.tabs.want("stream", () => this.lead());
    this.tabs.tell({ do: "hello" });
    this.timer = setInterval(() => this.tick(), TICK);
  }

  // close ends everything. Orders ring on in other tabs.
  close() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.onVisibility);
    removeEventListener("pagehide", this.onLeave);
    this.closed = true;
    this.connection?.close();
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

  // history returns the orders of today that the server knows, newest first.
  async history() {
    const midnight = new Date().setHours(0, 0, 0, 0);
    const all = new Orders();
    const asking = this.connection ?? new Connection({ ...this, on() {}, onState() {} });
    for (let after = "0-0", more = true; more;) {
      const page = await (await asking.request(`/orders?limit=1024&after=${after}`, { signal: AbortSignal.timeout(ANSWER) })).json();
      for (const e of page.events) {
        const at = Date.parse(e.data.at) || Date.now();
        if (e.event !== "gap" && at >= midnight) all.apply(e.event, e.id, JSON.stringify(e.data), at);
      }
      ({ last: after, more } = page);
    }
    return all.list.reverse();
  }

  // do has the leading tab do something.
  do(what) {
    if (this.connection) this.obey(what);
    else this.tabs.tell(what);
  }

  hear(message) {
    if (message.do !== "state") {
      if (this.connection) this.obey(message);
      return;
    }
    if (!this.connection) this.show(message.state);
  }

  // show makes state what this tab shows, and plays if it is the one that does.
  show(state) {
    const before = this.state;
    this.state = state;
    this.sound();
    const known = new Map(before.orders.map((o) => [o.id, o.state]));
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
    if (this.closed) return;
    if (this.speaker.running) this.tabs.want("sound", () => { this.plays = true; this.do({ do: "sound" }); this.sound(); });
    else {
      this.plays = false;
      this.speaker.stop();
      this.tabs.release("sound");
    }
    this.do({ do: "sound" });
    this.fire("change", this.state);
  }

  visibilityChanged() {
    if (document.visibilityState === "visible") this.tabs.want("screen", () => this.do({ do: "sound" }), "shared");
    else this.tabs.release("screen");
    this.do({ do: "sound" });
  }

  tick() {
    this.speaker.check();
    if (this.connection) this.turn();
  }
}
