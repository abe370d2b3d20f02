// What the leading tab does: it has the connection, decides what sounds, and tells the other tabs.
Object.assign(Desk.prototype, {
  lead() {
    this.alarm = new Alarm();
    this.orders = new Orders(this.state.orders);
    this.acks = this.state.acks ?? [];
    for (const o of this.state.orders) this.alarm.cancelled.add(o.id); // the tab before has played that
    this.connection = new Connection({
      server: this.server, mart: this.mart, token: this.token, lastID: this.state.lastID,
      on: (name, id, data) => this.take(name, id, data),
      onState: (state, reason) => this.connected(state, reason),
    });
    this.connection.run();
    this.turn();
  },

  connected(state, reason) {
    this.reason = reason;
    this.alarm.connection(state, Date.now());
    if (state === "connected") this.sendAcks();
    this.soon();
  },

  take(name, id, data) {
    if (name === "gap") {
      this.missing(false);
      return;
    }
    try {
      this.orders.apply(name, id, data, Date.now());
    } catch (failure) {
      console.error("jumun: an event cannot be read", failure);
      this.missing(true);
    }
    this.soon();
  },

  missing(unreadable) {
    this.gap = true;
    this.unreadable = this.unreadable || unreadable;
    this.alarm.gapHeard = false;
    this.soon();
  },

  // soon turns once for all events that arrived together.
  soon() {
    this.due ??= setTimeout(() => { this.due = undefined; this.turn(); });
  },

  // obey does what a person did on any tab.
  obey(what) {
    const now = Date.now();
    switch (what.do) {
      case "confirm": this.acks.push(...what.ids.map((id) => this.orders.confirm(id, now)).filter(Boolean)); this.sendAcks(); break;
      case "undo": this.undoConfirmation(what.id); break;
      case "looked": this.gap = this.unreadable = false; break;
      case "hello": this.told = undefined; break; // another tab has nothing to show yet
      case "test": this.alarm.testing = true; break;
      case "heard": this.alarm.heard(what.cause, this.orders.list, now); break;
    }
    this.turn();
  },

  // sendAcks sends confirmations until the server has them; what failed is sent again once there is a connection.
  async sendAcks() {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.acks.length > 0) {
        const some = this.acks.slice(0, ACKS_AT_ONCE);
        const { acks } = await (await this.connection.post("/acks", { acks: some })).json();
        const later = new Set(acks.filter((a) => a.outcome === "later").map((a) => a.id));
        this.acks = this.acks.filter((a) => !some.includes(a) || later.has(a.id));
        if (later.size > 0) break;
      }
    } catch (failure) {
      console.warn("jumun: confirmations are sent again later", failure);
    }
    this.sending = false;
  },

  async undoConfirmation(id) {
    const o = this.orders.find(id);
    this.acks = this.acks.filter((a) => a.id !== id);
    try {
      await this.connection.post("/reopen", { id, orderId: o.orderId });
    } catch (failure) {
      console.warn("jumun: a confirmation is taken back on this device only", failure);
    }
    Object.assign(o, { state: "open", here: undefined, ended: undefined });
    this.soon();
  },

  // turn brings the state up to now.
  async turn() {
    const parts = await this.tabs.taken();
    if (this.closed) return;
    const now = Date.now();
    const audible = parts.has("sound");
    const play = this.alarm.decide(this.orders.list, { gap: this.gap, audible }, now);
    const conn = { state: this.alarm.shown(now), since: this.alarm.conn.since, reason: this.reason };
    this.visible = parts.has("screen");
    const state = { conn, orders: this.orders.list.map((o) => ({ ...o })), gap: Boolean(this.gap), unreadable: Boolean(this.unreadable), audible, visible: this.visible, play, lastID: this.connection.lastID, acks: this.acks };
    const text = JSON.stringify(state);
    if (text !== this.told) {
      this.told = text;
      this.tabs.tell({ do: "state", state });
      this.show(state);
    }
    if (this.acks.length > 0 && conn.state === "connected") this.sendAcks();
    this.report(now);
  },

  // report tells the server whether orders are heard and seen here. leaving: the page ends; another tab may go on, and says so.
  async report(now, leaving) {
    if (!this.connection || !leaving && this.alarm.conn.state !== "connected") return;
    const problems = [...(this.state.audible ? [] : ["speaker"]), ...(this.state.visible ? [] : ["window"]), ...(this.screen?.refused ? ["sleeps"] : []), ...(leaving ? [leaving] : [])];
    const body = { audible: this.state.audible && !leaving, visible: Boolean(this.state.visible) && !leaving, version: "page " + VERSION, problems, asleepSoon: Boolean(leaving) };
    const text = JSON.stringify(body);
    if (now < (this.reportAt ?? 0) && text === this.reported) return;
    if (now < (this.reportBlocked ?? 0) && !leaving) return;
    this.reported = text;
    this.reportAt = now + REPORT_EVERY;
    try {
      await this.connection.post("/presence", body, leaving ? { keepalive: true } : {});
    } catch (failure) {
      this.reported = undefined;
      this.reportBlocked = now + (failure.status === 404 ? REPORT_LATER : REPORT_AGAIN);
    }
  },
});
