import { ask, martURL } from "./api.js";
import { Connections } from "./connections.js";
import { el, put, text } from "./dom.js";
import { enrolling, naming, namingDevice, pairing, revoking } from "./panels.js";
import { deviceBadge, martBadge, problems } from "./states.js";
import { Story, orderRow } from "./story.js";
import { TestAlarm } from "./testalarm.js";
import { Table, button, when } from "./table.js";

// Mart is one mart: its devices, its last orders, and what an administrator can do there.
export class Mart {
  constructor(refresh, mart) {
    this.mart = mart;
    this.refresh = refresh;
    this.title = el("h2");
    this.badge = el("span");
    this.panel = el("div", { hidden: true });
    this.test = new TestAlarm(refresh, mart);
    this.devices = new Table(text("console.device"), text("console.state"), text("console.since"), text("console.version"), text("console.problems"), "");
    this.connections = new Connections(refresh, mart);
    this.story = new Story(refresh, mart);
    this.orders = new Table(text("console.order"), text("console.summary"), text("console.recorded"), text("console.story"));
    // Before the name is known, a code or a key would give the mart another one.
    this.acts = [button(text("console.pair"), () => this.open(pairing(this.mart, this.name)), "main"),
      button(text("console.enrol"), () => this.open(enrolling(this.mart, this.name))),
      button(text("console.test"), () => this.open(this.test.element)),
      button(text("console.rename"), () => this.open(naming(this.mart, this.name, () => this.done())))];
    this.acts.forEach((act) => { act.disabled = true; });
    this.element = el("main", {}, el("div", { class: "bar" }, this.title, this.badge, ...this.acts), this.panel,
      el("h2", {}, text("console.devices")), this.devices.element, el("h2", {}, text("console.orders.last")), this.story.element, this.orders.element,
      this.connections.element);
  }

  open(panel) {
    this.panel.replaceChildren(panel);
    this.panel.hidden = false;
    panel.tabIndex = -1;
    (panel.querySelector("input") ?? panel).focus(); // no button: whoever presses Enter for too long has not read what it does
    this.panel.scrollIntoView({ block: "nearest" });
  }

  done() {
    this.panel.hidden = true;
    this.refresh();
  }

  // load asks for one thing after another: a server takes few requests of an administrator at once, and what people need most
  // does not wait for the rest.
  async load() {
    this.show(await ask("GET", martURL(this.mart)));
    const { orders } = await ask("GET", martURL(this.mart, "/orders"));
    this.orders.show(orders.map(({ orderId, order }) => [order.id, orderRow(orderId, order, () => this.story.open(orderId, order.id))]));
    await this.story.load();
    await this.test.load();
    await this.connections.load();
  }

  show({ name, state, devices = [] }) {
    this.name = name ?? "";
    this.acts.forEach((act) => { act.disabled = false; });
    put(this.title, this.name ? `${this.name} (${this.mart})` : text("window.card.mart", { Mart: this.mart }));
    this.badge.replaceChildren(martBadge(state));
    this.known = new Map(devices.map((d) => [d.id, d]));
    this.devices.show(devices.map((d) => [d.id, this.device(d)]));
  }

  // device returns the cells of a device. A button stays when its device has another name, so it looks for what is known now.
  device(d) {
    const act = (name, f) => button(name, () => f(this.known.get(d.id)));
    const revoke = act(text("console.revoke"), (d) => this.open(revoking(this.mart, d, () => this.done())));
    const past = act(text("console.past"), (d) => this.past(d));
    const name = act(text("console.rename"), (d) => this.open(namingDevice(this.mart, d, () => this.done())));
    return [d.name, deviceBadge(d.state), when(d.since), d.version ?? d.presence?.version ?? "", problems(d.presence?.problems), el("div", { class: "bar" }, past, name, d.state === "revoked" ? null : revoke)];
  }

  // past shows when one device came and went.
  past(d) {
    this.connections.choose(d);
    this.connections.element.scrollIntoView({ block: "start" });
    this.refresh();
  }
}
