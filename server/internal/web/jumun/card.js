import { amount, el, put, since, text } from "./dom.js";

// From when on an order is late, and very late, as the app's settings have it.
const LATE = 60_000, VERY_LATE = 300_000;

// A Card shows an order that needs a person.
export class Card {
  constructor(onConfirm) {
    this.number = el("h2");
    this.what = el("p", { class: "what" });
    this.summary = el("p", { class: "summary" });
    this.amount = el("p", { class: "amount" });
    this.age = el("p", { class: "age" });
    this.button = el("button", { class: "confirm", type: "button", onclick: onConfirm }, text("window.card.confirm"));
    this.element = el("article", {}, el("header", {}, this.what, this.age), this.number, this.summary, this.amount, this.button);
  }

  show(o, now) {
    const cancelled = o.state === "cancelled";
    const old = now - o.at;
    this.element.className = cancelled ? "cancelled" : old >= VERY_LATE ? "very-late" : old >= LATE ? "late" : "new";
    put(this.what, cancelled ? text("window.card.cancelled") : text("window.card.order"));
    put(this.number, o.orderId);
    this.number.className = o.orderId.length > 8 ? "long" : "";
    put(this.summary, o.summary ?? "");
    put(this.amount, amount(o.amount));
    put(this.age, since(o.at, now));
    this.button.setAttribute("aria-label", `${o.orderId} ${text("window.card.confirm")}`);
  }
}
