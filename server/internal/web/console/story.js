import { ask, martURL } from "./api.js";
import { amount, el, put, text } from "./dom.js";
import { Table, button, exactly, when } from "./table.js";

const HAPPENED = {
  ack: () => text("console.order.confirmed"),
  cancel: () => text("console.order.withdrawn"),
  reopen: () => text("console.order.reopened"),
  escalate: () => text("console.order.told"),
};

const DELIVERED = {
  received: () => text("console.delivery.received"),
  sent: () => text("console.delivery.sent"),
  waiting: () => text("console.delivery.waiting"),
  unknown: () => text("console.delivery.unknown"),
};

// orderRow returns the cells of an order: what it is, and what people have done about it.
export function orderRow(number, o, open) {
  const happened = known(o).map((e) => [when(e.at), e.device, HAPPENED[e.event]()].filter(Boolean).join(" · "));
  return [button(number, open, "link"), what(o), [when(o.at), o.way].filter(Boolean).join(" · "),
    el("span", {}, ...(o.open ? [el("span", { class: "state warn" }, text("console.order.open")), " "] : []), happened.join(" → "))];
}

function known(o) { return o.events.filter((e) => Object.hasOwn(HAPPENED, e.event)); }
function what(o) { return [o.summary, amount(o.amount)].filter(Boolean).join(" · "); }

// Story is all that is known of one order, with the times: when it came, to whom it was sent, and who did what about it.
export class Story {
  constructor(refresh, mart) {
    this.mart = mart;
    this.refresh = refresh;
    this.title = el("h2");
    this.table = new Table(text("console.webhook.at"), text("console.past.what"), text("console.device"));
    this.element = el("section", { class: "panel", hidden: true }, el("div", { class: "bar" }, this.title, button(text("console.close"), () => this.close())), this.table.element);
  }

  open(number, id) {
    Object.assign(this, { number, id });
    this.refresh();
  }

  close() {
    this.id = undefined;
    this.element.hidden = true;
  }

  async load() {
    const { id, number } = this;
    if (!id) return;
    const { orders } = await ask("GET", martURL(this.mart, `/orders/${encodeURIComponent(number)}`));
    const o = orders.find((one) => one.id === id);
    if (!o || this.id !== id) return; // the log no longer has it, or another answer comes
    put(this.title, [number, what(o)].filter(Boolean).join(" · "));
    this.table.show(told(o));
    if (this.element.hidden) {
      this.element.hidden = false;
      this.element.scrollIntoView({ block: "nearest" });
    }
  }
}

// told returns the rows of an order's story by their times, and last what has not happened.
function told(o) {
  const rows = [{ at: o.at, cells: [[text("console.recorded"), o.way].filter(Boolean).join(" · "), ""] },
    ...(o.deliveries ?? []).map((d) => ({ at: d.at, cells: [DELIVERED[d.state]?.() ?? d.state, d.name || d.device], style: d.state === "waiting" ? "gap" : "" })),
    ...known(o).map((e) => ({ at: e.at, cells: [HAPPENED[e.event](), e.device ?? ""] }))];
  const inTime = rows.filter((r) => r.at).sort((a, b) => new Date(a.at) - new Date(b.at));
  return [...inTime, ...rows.filter((r) => !r.at)].map(({ at, cells, style }, i) => [i, [exactly(at), ...cells], style]);
}
