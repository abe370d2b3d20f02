import { ask } from "./api.js";
import { el, put, text } from "./dom.js";
import { Table, when } from "./table.js";

// Webhooks is where people outside of the stores are told, and what failed there.
export class Webhooks {
  constructor() {
    this.none = el("p", { class: "error", hidden: true });
    this.targets = new Table(text("console.webhook"), text("console.state"), text("console.webhook.waiting"));
    this.failures = new Table(text("console.webhook"), text("console.webhook.at"), text("console.webhook.message"), text("console.webhook.tries"), text("console.webhook.error"));
    this.element = el("main", {}, el("h2", {}, text("console.webhooks")), this.none, this.targets.element, el("h2", {}, text("console.webhook.failed")), this.failures.element);
  }

  async load() {
    const { targets } = await ask("GET", "/v1/admin/webhooks");
    put(this.none, targets.length ? "" : text("console.webhook.none"));
    this.targets.show(targets.map((t) => [t.name, [`${t.name} · ${t.host}`, state(t), String(t.waiting)]]));
    this.failures.show(targets.flatMap((t) => t.failures.map((f) => [`${t.name} ${f.id}`, [t.name, when(f.added), f.type, String(f.attempts), f.error]])));
  }
}

// state returns the badge of a target: whether it takes messages. One that fails is tried for half an hour before anything is given up.
function state(t) {
  const badge = (style, name, why) => el("span", {}, el("span", { class: `state ${style}` }, name), why ? ` ${why}` : "");
  if (t.off) return badge("bad", text("console.webhook.off"), `${when(t.offAt)} · ${t.off}`);
  return t.failing ? badge("bad", text("console.webhook.failing"), t.failing) : badge("", text("console.webhook.on"));
}
