import { ask } from "./api.js";
import { el, put, text } from "./dom.js";
import { Table, when } from "./table.js";

const REASONS = {
  "empty": () => text("console.refused.empty"),
  "too-long": () => text("console.refused.too-long"),
  "not-utf8": () => text("console.refused.not-utf8"),
  "serializer": () => text("console.refused.serializer"),
  "not-json": () => text("console.refused.not-json"),
  "mart-id": () => text("console.refused.mart-id"),
  "order-id": () => text("console.refused.order-id"),
};

// Servers is how the servers and Redis are, and what came as an order and was none.
export class Servers {
  constructor() {
    this.redis = el("p", { role: "status" });
    this.servers = new Table(text("console.server"), text("console.state"), text("console.server.seen"));
    this.refused = new Table(text("console.webhook.at"), text("console.refused.way"), text("console.refused.reason"), text("console.refused.count"));
    this.element = el("main", {}, el("h2", {}, text("console.servers")), this.redis, this.servers.element, el("h2", {}, text("console.refused")), this.refused.element);
  }

  async load() {
    const state = await ask("GET", "/v1/admin/servers");
    const wrong = [state.redis && text("console.redis.bad", { Why: state.redis }), ...state.degraded].filter(Boolean).join(" · ");
    put(this.redis, wrong || text("console.redis.good", { Version: state.version }));
    this.redis.className = wrong ? "error" : "quiet";
    this.servers.show(state.servers.map((s) => [s.id, [s.id,
      s.lives ? el("span", { class: "state" }, text("console.server.lives")) : el("span", { class: "state warn" }, text("console.server.gone")), when(s.seenAt)]]));
    this.refused.show(state.refused.map((r, i) => [`${r.at} ${r.way} ${r.reason} ${i}`,
      [when(r.at), r.way, Object.hasOwn(REASONS, r.reason) ? REASONS[r.reason]() : r.reason, String(r.count)]]));
  }
}
