// The reasons of a refusal that people can do something about; others are told as the last one.
const REFUSALS = {
  revoked: () => text("page.refused.revoked"),
  forbidden: () => text("page.refused.mart"),
  expired: () => text("page.refused.expired"),
  token: () => text("page.refused.token"),
};

// <jumun-receiver server="https://jumun.example.com" mart="42"> is a desk that shows itself. Without a token it uses the cookie
// of the server; set its property token before it is in the page to use one, as connect takes it. With the attribute awake it
// keeps the screen on. It fires the events of its desk.
class Receiver extends HTMLElement {
  connectedCallback() {
    if (this.desk) return;
    this.desk = new Desk({ server: this.getAttribute("server") ?? location.origin, mart: this.getAttribute("mart"), token: this.token, awake: this.hasAttribute("awake") });
    this.cards = new Map();
    this.build();
    for (const type of ["change", "order", "cancelled"]) {
      this.desk.addEventListener(type, (e) => this.dispatchEvent(new CustomEvent(type, { detail: e.detail })));
    }
    this.desk.addEventListener("change", () => this.render());
    this.timer = setInterval(() => this.render(), 1_000);
    this.render();
  }

  disconnectedCallback() {
    queueMicrotask(() => { // it may only be moved
      if (this.isConnected) return;
      clearInterval(this.timer);
      this.desk?.close();
      this.desk = undefined;
    });
  }

  build() {
    const desk = this.desk;
    this.state = el("p", { class: "state", role: "status" });
    this.banner = el("div", { class: "banner", role: "alert" });
    this.soundHint = el("p");
    this.soundButton = el("button", { class: "sound", type: "button" }, text("page.sound.on")); // as every click, see below
    this.soundBox = el("div", { class: "sound-box", role: "alert" }, this.soundHint, this.soundButton);
    this.gapBox = el("div", { class: "gap", role: "alert" }, this.gapText = el("p"), el("button", { type: "button", onclick: () => desk.looked() }, text("window.card.confirm")));
    this.list = el("section", { class: "cards" });
    this.empty = el("p", { class: "empty" }, text("page.empty"));
    this.undos = el("div", { class: "undos" });
    this.all = el("button", { class: "all", type: "button", onclick: () => this.confirmAll() });
    this.log = el("section", { class: "history", hidden: true });
    this.tools = el("nav", {},
      el("button", { type: "button", onclick: () => desk.test() }, text("tray.test")),
      this.logButton = el("button", { type: "button", onclick: () => this.toggleHistory() }, text("window.history.title")));
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren();
    addFont(desk.server);
    const wake = () => { if (!desk.speaker.running) desk.enableSound().catch(() => this.soundFailed()); }; // whoever works here wants to hear
    root.adoptedStyleSheets = [sheet()];
    root.append(el("main", { onclick: wake }, el("div", { class: "bar" }, this.state, this.tools), this.banner, this.soundBox, this.gapBox, this.undos, this.all, this.list, this.empty, this.log));
  }

  soundFailed() { put(this.soundHint, text("page.sound.failed")); }

  render() {
    if (!this.desk) return;
    const now = Date.now(), s = this.desk.state;
    const open = s.orders.filter(isOpen);
    this.renderState(s);
    this.renderSound(s);
    this.gapBox.hidden = !s.gap;
    put(this.gapText, s.unreadable ? `${text("unreadable.title")} · ${text("unreadable.do")}` : `${text("gap.title")} · ${text("gap.do")}`);
    this.renderCards(open, now);
    this.renderUndo(s, now);
    const ringing = open.filter((o) => o.state === "open");
    if (ringing.length < 2 || now > this.sureUntil) this.sureUntil = 0;
    this.all.hidden = ringing.length < 2;
    put(this.all, this.all.hidden ? "" : this.sureUntil ? text("window.all.sure", { N: ringing.length }) : text("window.all"));
    this.empty.hidden = open.length > 0 || s.conn.state !== "connected" || !this.log.hidden;
  }

  renderState({ conn, audible }) {
    const bad = conn.state === "lost" || conn.state === "refused";
    const name = this.getAttribute("name") || text("window.card.mart", { Mart: this.desk.mart });
    const states = { connected: text("state.connected"), connecting: text("state.connecting"), lost: text("state.lost"), refused: text("state.refused") };
    put(this.state, `${states[conn.state]} · ${name} · ${audible ? text("page.sound.ok") : text("page.sound.none")}`);
    this.state.className = `state ${bad || !audible ? "bad" : conn.state}`;
    this.banner.hidden = !bad;
    if (!bad) return;
    const [title, todo] = conn.state === "lost" ? [text("banner.lost"), text("banner.lost.do")] : [text("banner.refused"), (REFUSALS[conn.reason] ?? REFUSALS.token)()];
    arrangeText(this.banner, title, todo);
  }

  renderSound({ audible }) {
    const own = this.desk.speaker.running;
    this.soundBox.hidden = audible && (own || this.desk.speaker.context === undefined);
    this.soundBox.classList.toggle("bad", !audible);
    if (this.soundBox.hidden) return;
    if (!audible && this.soundHint.textContent !== text("page.sound.failed")) put(this.soundHint, text("page.sound.off"));
    this.soundHint.hidden = audible;
  }

  renderCards(open, now) {
    const newestFirst = [...open].reverse();
    for (const id of this.cards.keys()) if (!open.some((o) => o.id === id)) this.cards.delete(id);
    for (const o of newestFirst) {
      if (!this.cards.has(o.id)) this.cards.set(o.id, new Card(this.desk, o));
      this.cards.get(o.id).show(o, now);
    }
    arrange(this.list, newestFirst.map((o) => this.cards.get(o.id).element));
  }

  renderUndo({ orders }, now) {
    const here = orders.filter((o) => o.state === "confirmed" && o.here && now - o.here < UNDO).slice(-3).reverse();
    const key = here.map((o) => o.id).join(" ");
    if (key === this.undoKey) return;
    this.undoKey = key;
    this.undos.replaceChildren(...here.map((o) => el("p", {}, el("span", {}, text("undo.order", { Order: o.orderId })),
      el("button", { type: "button", onclick: () => this.desk.undo(o.id) }, text("undo.button")))));
  }

  // confirmAll asks once more: one touch must not silence a screen full of orders.
  confirmAll() {
    if (this.sureUntil) this.desk.confirmAll();
    this.sureUntil = this.sureUntil ? 0 : Date.now() + 5_000;
    this.render();
  }

  async toggleHistory() {
    this.log.hidden = !this.log.hidden;
    put(this.logButton, this.log.hidden ? text("window.history.title") : text("page.history.close"));
    if (this.log.hidden) return;
    this.log.replaceChildren(el("p", {}, text("window.history.loading")));
    const orders = await this.desk.history().catch(() => undefined);
    if (!orders) this.log.replaceChildren(el("p", {}, text("banner.lost.do")));
    else if (orders.length === 0) this.log.replaceChildren(el("p", {}, text("page.empty")));
    else this.log.replaceChildren(historyTable(orders));
  }
}

function arrangeText(box, title, todo) {
  if (box.dataset.said === title + todo) return;
  box.dataset.said = title + todo;
  box.replaceChildren(el("strong", {}, title), el("span", {}, todo));
}

function historyTable(orders) {
  const states = { open: text("history.waiting"), confirmed: text("history.confirmed"), cancelled: text("history.withdrawn"), read: text("history.withdrawn") };
  const head = [text("history.at"), text("history.number"), text("history.summary"), text("history.amount"), text("history.state"), text("history.by")];
  return el("table", {}, el("caption", {}, text("window.history.day.today")), el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...orders.map((o) => el("tr", {}, ...[clock(o.at), o.orderId, o.summary ?? "", amount(o.amount), states[o.state], o.by ?? ""].map((v) => el("td", {}, v))))));
}

// addFont offers the Korean font to a page on a system that has none: a browser loads it only then.
function addFont(server) {
  if ([...document.fonts].some((f) => f.family === "JumunGothic")) return;
  for (const [weight, file] of [["400", "regular"], ["700", "bold"]]) {
    document.fonts.add(new FontFace("JumunGothic", `url(${server}/web/fonts/${file}.ttf)`, { weight, display: "swap" }));
  }
}

let shared;
// sheet returns the style of all receivers of a page. A policy that forbids inline styles allows it.
function sheet() {
  if (!shared) (shared = new CSSStyleSheet()).replaceSync(STYLE);
  return shared;
}

// connect returns a Desk, for pages that draw themselves: connect({server, mart, token}). token is a text, or a function that
// returns one, or a promise of one: it is called with {renew: true} when another one is needed. Without a token the cookie counts.
export function connect(options) { return new Desk(options); }

customElements.get("jumun-receiver") ?? customElements.define("jumun-receiver", Receiver);
