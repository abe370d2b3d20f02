import { Card } from "./card.js";
import { Desk } from "./desk.js";
import { arrange, el, put, text } from "./dom.js";
import { historyTable } from "./history.js";
import { UNDO, isOpen } from "./orders.js";
import { Settled } from "./settled.js";

// The reasons of a refusal that people can do something about; others are told as the last one.
const REFUSALS = {
  revoked: () => text("page.refused.revoked"),
  forbidden: () => text("page.refused.mart"),
  expired: () => text("page.refused.expired"),
  token: () => text("page.refused.token"),
};
// For how long the button for all orders asks whether all are meant.
const SURE = 5_000;

// <jumun-receiver server="https://jumun.example.com" mart="42"> is a desk that shows itself. Without a token it uses the cookie
// of the server; set its property token before it is in the page to use one, as connect takes it. With the attribute awake it
// keeps the screen on. It fires the events of its desk.
export class Receiver extends HTMLElement {
  connectedCallback() {
    if (this.desk) return;
    const server = this.getAttribute("server") ?? location.origin;
    this.desk = new Desk({ server, mart: this.getAttribute("mart"), token: this.token, awake: this.hasAttribute("awake") });
    Object.assign(this, { cards: new Map(), settled: new Settled(), sure: "" });
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
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    addFont(this.desk.server);
    root.adoptedStyleSheets = [sheet()];
    this.state = el("p", { class: "state", role: "status" });
    this.banner = el("div", { class: "banner", role: "alert" });
    this.undos = el("div", { class: "undos" });
    this.all = el("button", { class: "all", type: "button", onclick: () => this.pressed(this.all, () => this.confirmAll()) });
    this.list = el("section", { class: "cards", tabIndex: -1 });
    this.empty = el("p", { class: "empty" }, text("page.empty"));
    this.log = el("section", { class: "history", hidden: true, tabIndex: 0 });
    root.replaceChildren(el("main", { onclick: () => this.wake() }, el("div", { class: "bar" }, this.state, this.buildTools()),
      this.banner, this.buildSound(), this.buildGap(), this.buildOffice(), this.undos, this.all, this.list, this.empty, this.log));
  }

  buildTools() {
    this.logButton = el("button", { type: "button", onclick: () => this.toggleHistory() }, text("window.history.title"));
    return el("nav", {}, el("button", { type: "button", onclick: () => this.desk.test() }, text("tray.test")), this.logButton);
  }

  buildSound() {
    this.soundHint = el("p");
    this.soundBox = el("div", { class: "sound-box", role: "alert" }, this.soundHint,
      el("button", { class: "sound", type: "button" }, text("page.sound.on"))); // it does what every click does: see wake
    return this.soundBox;
  }

  buildGap() {
    const looked = el("button", { type: "button", onclick: () => this.pressed(looked, () => this.desk.looked()) }, text("window.card.confirm"));
    this.gapText = el("p");
    this.gapBox = el("div", { class: "gap", role: "alert" }, this.gapText, looked);
    return this.gapBox;
  }

  buildOffice() {
    const heard = el("button", { type: "button", onclick: () => this.pressed(heard, () => this.desk.heardOffice(this.desk.state.office?.id)) }, text("office.heard"));
    this.officeBox = el("div", { class: "office", role: "status", hidden: true }, el("p", {}, el("strong", {}, text("window.card.test"))), el("p", {}, text("office.text")), heard);
    return this.officeBox;
  }

  // wake lets the page be heard: whoever works here wants that, and a browser takes it from the handler of a click only.
  wake() {
    if (!this.desk.speaker.running) this.desk.enableSound().catch(() => put(this.soundHint, text("page.sound.failed")));
  }

  // pressed does what a button is for, unless the button has just come or moved.
  pressed(button, act) {
    const now = Date.now();
    this.look(now);
    if (!this.settled.counts(button, now)) return;
    act();
    this.render();
  }

  look(now) { this.settled.update(this.shadowRoot.querySelectorAll("button"), now); }

  render() {
    if (!this.desk) return;
    const now = Date.now(), state = this.desk.state, open = state.orders.filter(isOpen);
    this.renderState(state);
    this.renderSound(state);
    this.renderGap(state);
    this.officeBox.hidden = !state.office;
    this.renderCards(open, now);
    this.renderUndo(state, now);
    this.renderAll(open.filter((o) => o.state === "open"), now);
    this.empty.hidden = open.length > 0 || state.conn.state !== "connected" || !this.log.hidden || !this.officeBox.hidden;
    this.look(now);
  }

  renderState({ conn, audible }) {
    const bad = conn.state === "lost" || conn.state === "refused";
    const name = this.getAttribute("name") || text("window.card.mart", { Mart: this.desk.mart });
    const states = { connected: text("state.connected"), connecting: text("state.connecting"), lost: text("state.lost"), refused: text("state.refused") };
    put(this.state, `${states[conn.state]} · ${name} · ${audible ? text("page.sound.ok") : text("page.sound.none")}`);
    this.state.className = `state ${bad || !audible ? "bad" : conn.state}`;
    this.banner.hidden = !bad;
    if (conn.state === "lost") arrangeText(this.banner, text("banner.lost"), text("banner.lost.do"));
    if (conn.state === "refused") arrangeText(this.banner, text("banner.refused"), (REFUSALS[conn.reason] ?? REFUSALS.token)());
  }

  renderSound({ audible }) {
    const own = this.desk.speaker.running;
    this.soundBox.hidden = audible && (own || this.desk.speaker.context === undefined);
    this.soundBox.classList.toggle("bad", !audible);
    if (this.soundBox.hidden) return;
    if (!audible && this.soundHint.textContent !== text("page.sound.failed")) put(this.soundHint, text("page.sound.off"));
    this.soundHint.hidden = audible;
  }

  renderGap({ gap, unreadable }) {
    this.gapBox.hidden = !gap;
    put(this.gapText, unreadable ? `${text("unreadable.title")} · ${text("unreadable.do")}` : `${text("gap.title")} · ${text("gap.do")}`);
  }

  renderCards(open, now) {
    const newestFirst = [...open].reverse();
    const focused = this.list.contains(this.shadowRoot.activeElement);
    for (const id of this.cards.keys()) if (!open.some((o) => o.id === id)) this.cards.delete(id);
    for (const o of newestFirst) {
      if (!this.cards.has(o.id)) this.cards.set(o.id, this.card(o));
      this.cards.get(o.id).show(o, now);
    }
    arrange(this.list, newestFirst.map((o) => this.cards.get(o.id).element));
    if (focused && !this.shadowRoot.activeElement) this.list.focus(); // the next key Tab goes to the next card
  }

  card(o) {
    const card = new Card(() => this.pressed(card.button, () => this.desk.confirm(o.id)));
    return card;
  }

  renderUndo({ orders }, now) {
    const here = orders.filter((o) => o.state === "confirmed" && o.here && now - o.here < UNDO).slice(-3).reverse();
    const key = here.map((o) => o.id).join(" ");
    if (key === this.undoKey) return;
    this.undoKey = key;
    this.undos.replaceChildren(...here.map((o) => this.undoRow(o)));
  }

  undoRow(o) {
    const button = el("button", { type: "button", onclick: () => this.pressed(button, () => this.desk.undo(o.id)) }, text("undo.button"));
    return el("p", {}, el("span", {}, text("undo.order", { Order: o.orderId })), button);
  }

  // renderAll shows the button for all orders. It asks once more, about those orders only: one touch must not silence a screen
  // full of them.
  renderAll(ringing, now) {
    this.ids = ringing.map((o) => o.id).join(" ");
    if (this.sure !== this.ids || now > this.sureUntil) this.sure = "";
    this.all.hidden = ringing.length < 2;
    if (!this.all.hidden) put(this.all, this.sure ? text("window.all.sure", { N: ringing.length }) : text("window.all"));
  }

  confirmAll() {
    if (this.sure) this.desk.confirmAll();
    this.sure = this.sure ? "" : this.ids;
    this.sureUntil = Date.now() + SURE;
  }

  async toggleHistory() {
    this.log.hidden = !this.log.hidden;
    put(this.logButton, this.log.hidden ? text("window.history.title") : text("page.history.close"));
    if (this.log.hidden) return;
    this.log.replaceChildren(el("p", {}, text("window.history.loading")));
    const orders = await this.desk.history().catch(() => undefined);
    this.log.focus(); // it is below the cards
    this.log.replaceChildren(orders?.length ? historyTable(orders) : el("p", {}, orders ? text("page.empty") : text("banner.lost.do")));
  }
}

function arrangeText(box, title, todo) {
  if (box.dataset.said === title + todo) return;
  box.dataset.said = title + todo;
  box.replaceChildren(el("strong", {}, title), el("span", {}, todo));
}

// addFont offers the Korean font to a page on a system that has none: a browser loads it only then.
function addFont(server) {
  if ([...document.fonts].some((f) => f.family === "JumunGothic")) return;
  for (const [weight, file] of [["400", "regular"], ["700", "bold"]]) {
    document.fonts.add(new FontFace("JumunGothic", `url(${server}/web/fonts/${file}.woff2)`, { weight, display: "swap" }));
  }
}

let shared;
// sheet returns the style of all receivers of a page. A policy that forbids inline styles allows it.
function sheet() {
  if (!shared) (shared = new CSSStyleSheet()).replaceSync(STYLE);
  return shared;
}
