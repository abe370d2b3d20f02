import { ask, martURL } from "./api.js";
import { el, text } from "./dom.js";
import { problems } from "./states.js";
import { Table, button } from "./table.js";

// For how long the answers are asked for: a test is played within a minute, and somebody may press the button a while later.
const TEST_WATCHED = 180_000;

// TestAlarm sends a test alarm to a mart, and shows what each device told of it.
export class TestAlarm {
  constructor(refresh, mart) {
    Object.assign(this, { refresh, mart });
    this.said = el("p", { role: "status" });
    this.devices = new Table(text("console.device"), text("console.test.answer"));
    this.devices.element.hidden = true;
    this.send = button(text("console.test.send"), () => this.press(), "main");
    this.element = el("div", { class: "panel" }, el("p", {}, text("console.test.does")), this.send, this.said, this.devices.element);
  }

  async press() {
    this.send.disabled = true;
    try {
      const { id } = await ask("POST", martURL(this.mart, "/tests"));
      Object.assign(this, { id, until: Date.now() + TEST_WATCHED });
      this.said.textContent = text("console.test.sent");
      await this.load();
      this.refresh();
    } catch (e) {
      this.said.textContent = e.status === 429 ? text("console.test.soon") : text("console.failed");
    }
    this.send.disabled = false;
  }

  // gone takes that the server has another test by now: what is shown stays.
  gone(e) {
    if (e.status !== 404) throw e;
    this.until = 0;
    return {};
  }

  // load asks for the answers to the test that was sent here, while some may come.
  async load() {
    if (!this.id || Date.now() > this.until) return;
    const { devices } = await ask("GET", martURL(this.mart, "/tests/" + this.id)).catch((e) => this.gone(e));
    if (!devices) return;
    this.devices.element.hidden = false;
    this.devices.show(devices.map((d) => [d.id, [d.name || d.id, testAnswer(d)]]));
    if (devices.length === 0) this.said.textContent = text("console.test.nobody");
  }
}

// testAnswer returns what a device told, in the order of what matters.
function testAnswer(d) {
  if (!d.answeredAt) return el("span", { class: "state bad" }, d.connected ? text("console.test.silent") : text("console.test.away"));
  const good = d.sounded && d.shown;
  const parts = [d.sounded ? text("console.test.sounded") : text("console.test.unsounded"), d.shown ? text("console.test.shown") : text("console.test.unshown"),
    d.heard ? text("console.test.heard") : "", problems(d.problems)];
  return el("span", { class: good ? "state" : "state warn" }, parts.filter(Boolean).join(" · "));
}
