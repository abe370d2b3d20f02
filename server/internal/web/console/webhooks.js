import { ask } from "./api.js";
import { el, text } from "./dom.js";
import { Table, when } from "./table.js";

// Webhooks is where people outside of the stores are told, and what failed there.
export class Webhooks {
  constructor() {
    this.targets = new Table(text("console.webhook"), text("console.state"), text("console.webhook.waiting"));
    this.failures = new Table(text("console.webhook"), text("console.webhook.at"), text("console.webhook.message"), text("console.webhook.tries"), text("console.webhook.error"));
    this.element = el("main", {}, el("h2", {}, text("console.webhooks")), this.targets.element, el("h2", {}, text("console.webhook.failed")), this.failures.element);
  }

  async load() {
    const { targets } = await ask("GET", "/v1/admin/webhooks");
    this.targets.show(targets.map((t) => [t.name, [`${t.name} · ${t.host}`,
      t.off ? el("span", { class: "state bad" }, `${text("console.webhook.off")} ${when(t.offAt)} · ${t.off}`) : el("span", { class: "state" }, text("console.webhook.on")), String(t.waiting)]]));
    this.failures.show(targets.flatMap((t) => t.failures.map((f) => [`${t.name} ${f.id}`, [t.name, when(f.added), f.type, String(f.attempts), f.error]])));
  }
}
