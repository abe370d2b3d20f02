import { ANSWER } from "./connection.js";
import { amount, clock, el, text } from "./dom.js";
import { Orders } from "./orders.js";

// ordersOfToday returns the orders of today that the server knows, newest first.
export async function ordersOfToday(connection) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const all = new Orders();
  for (let after = "0-0", more = true; more;) {
    const page = await (await connection.request(`/orders?limit=1024&after=${after}`, { signal: AbortSignal.timeout(ANSWER) })).json();
    for (const e of page.events) {
      const at = Date.parse(e.data.at) || Date.now();
      if (e.event !== "gap" && at >= midnight) all.apply(e.event, e.id, JSON.stringify(e.data), at);
    }
    ({ last: after, more } = page);
  }
  return all.list.reverse();
}

// historyTable shows orders.
export function historyTable(orders) {
  const titles = [text("history.at"), text("history.number"), text("history.summary"), text("history.amount"), text("history.state"), text("history.by")];
  return el("table", {},
    el("caption", {}, text("window.history.day.today")),
    el("thead", {}, el("tr", {}, ...titles.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...orders.map(row)));
}

function row(o) {
  const states = { open: text("history.waiting"), confirmed: text("history.confirmed"), cancelled: text("history.withdrawn"), read: text("history.withdrawn") };
  const cells = [clock(o.at), o.orderId, o.summary ?? "", amount(o.amount), states[o.state], o.by ?? ""];
  return el("tr", {}, ...cells.map((cell) => el("td", {}, cell)));
}
