import { ask } from "./api.js";
import { el, put, since, text } from "./dom.js";
import { martBadge, martState } from "./states.js";
import { Table, button } from "./table.js";

const PAGE = 50;
const STATES = ["", "unheard", "unknown", "heard"];

// Marts is the list of the marts, those where nobody can be heard first.
export class Marts {
  constructor(refresh) {
    this.state = "";
    this.from = 0;
    const choose = (change) => () => { Object.assign(this, { from: 0 }, change()); refresh(); };
    this.search = el("input", { type: "search", placeholder: text("console.search"), ariaLabel: text("console.search"), class: "grow", oninput: choose(() => ({})) });
    this.filters = STATES.map((state) => button("", choose(() => ({ state }))));
    this.sum = el("p", { class: "quiet", role: "status" });
    this.table = new Table(text("console.mart"), text("console.state"), text("console.devices"), text("console.open"), text("console.oldest"));
    this.back = button(text("console.page.back"), () => { this.from -= PAGE; refresh(); });
    this.next = button(text("console.page.next"), () => { this.from += PAGE; refresh(); });
    this.element = el("main", {}, el("div", { class: "bar" }, this.search, ...this.filters), this.sum, this.table.element, el("div", { class: "bar" }, this.back, this.next));
  }

  async load() {
    const asked = `${this.state} ${this.from} ${this.search.value}`;
    const query = new URLSearchParams({ state: this.state, text: this.search.value.trim(), from: this.from, limit: PAGE });
    const page = await ask("GET", `/v1/admin/overview?${query}`);
    if (asked === `${this.state} ${this.from} ${this.search.value}`) this.show(page); // else another answer comes
  }

  show({ marts, total, states, ordersOpen }) {
    const all = Object.values(states).reduce((sum, n) => sum + n, 0);
    this.filters.forEach((filter, i) => {
      put(filter, STATES[i] === "" ? text("console.all", { N: all }) : `${martState(STATES[i])} ${states[STATES[i]]}`);
      filter.setAttribute("aria-pressed", String(STATES[i] === this.state));
    });
    put(this.sum, text("console.sum", { N: total, Orders: ordersOpen }));
    this.table.show(marts.map((m) => [m.martId, [
      el("a", { href: `#/mart/${encodeURIComponent(m.martId)}` }, m.name ? `${m.name} (${m.martId})` : m.martId),
      martBadge(m.state),
      text("console.connected", { N: m.connected, Known: m.known }),
      m.ordersOpen ? text("console.orders", { N: m.ordersOpen }) : "",
      m.ordersOpen ? since(Date.now() - m.oldestAge * 1000, Date.now()) : "",
    ]]));
    this.back.hidden = this.from === 0;
    this.next.hidden = this.from + PAGE >= total;
  }
}
