import { ask, martURL } from "./api.js";
import { el, text } from "./dom.js";
import { qr } from "./qr.js";
import { button, when } from "./table.js";

// trying calls f, and says in a panel that it failed.
async function trying(panel, pressed, f) {
  const failed = el("p", { class: "error", role: "alert" });
  pressed.disabled = true;
  panel.querySelector(".error")?.remove();
  try {
    await f();
  } catch (e) {
    failed.textContent = e.status === 507 ? text("console.full") : text("console.failed");
    panel.append(failed);
  }
  pressed.disabled = false;
}

// pairing returns a panel that makes a code for a device of a mart.
export function pairing(mart, name) {
  const called = el("input", { value: name ?? "", maxLength: 64, autocomplete: "off" });
  const made = el("div", { hidden: true, role: "status" });
  const panel = el("form", { class: "panel" }, el("label", {}, text("console.pair.name"), called), el("button", { class: "main" }, text("console.pair.make")), made);
  panel.onsubmit = (event) => {
    event.preventDefault();
    trying(panel, event.submitter, async () => {
      const { code, expires } = await ask("POST", "/v1/admin/pairings", { martId: mart, name: called.value.trim() });
      const at = new URLSearchParams({ mart, code });
      const link = `${location.origin}/receiver#${at}`;
      made.replaceChildren(el("p", { class: "code" }, code), el("p", {}, text("console.pair.until", { At: when(expires) })), el("p", {}, link), qr(link, text("console.pair.qr")) ?? "");
      made.hidden = false;
    });
  };
  return panel;
}

// naming returns a panel that gives a mart another name.
export function naming(mart, name, done) {
  return namePanel(text("console.pair.name"), name, done, (name) => ask("POST", martURL(mart), { name }));
}

// namingDevice returns a panel that gives a device another name.
export function namingDevice(mart, device, done) {
  return namePanel(text("console.rename.device"), device.name, done, (name) => ask("POST", martURL(mart, "/devices"), { device: device.id, name }));
}

function namePanel(label, name, done, save) {
  const called = el("input", { value: name ?? "", maxLength: 64, autocomplete: "off" });
  const panel = el("form", { class: "panel" }, el("label", {}, label, called), el("button", { class: "main" }, text("console.rename.save")));
  panel.onsubmit = (event) => {
    event.preventDefault();
    trying(panel, event.submitter, async () => {
      await save(called.value.trim());
      done();
    });
  };
  return panel;
}

const DAY = 86_400;

// enrolling returns a panel that makes an enrolment key for the PCs of a mart.
export function enrolling(mart, name) {
  const uses = el("input", { type: "number", min: 1, max: 1000, value: 5, required: true });
  const days = el("input", { type: "number", min: 1, max: 365, value: 7, required: true });
  const made = el("div", { hidden: true, role: "status" });
  const panel = el("form", { class: "panel" }, el("label", {}, text("console.enrol.uses"), uses), el("label", {}, text("console.enrol.days"), days),
    el("button", { class: "main" }, text("console.enrol.make")), made);
  panel.onsubmit = (event) => {
    event.preventDefault();
    trying(panel, event.submitter, async () => {
      const { key, expires } = await ask("POST", "/v1/admin/enrolments", { martId: mart, name, uses: uses.valueAsNumber, seconds: days.valueAsNumber * DAY });
      made.replaceChildren(el("p", { class: "code" }, key), el("p", {}, text("console.enrol.until", { At: when(expires) })));
      made.hidden = false;
    });
  };
  return panel;
}

// revoking returns a panel that says what revoking a device does, and does it.
export function revoking(mart, device, done) {
  const panel = confirming(text("console.revoke.does", { Device: device.name || device.id }), text("console.revoke.sure"), async () => {
    await ask("POST", "/v1/admin/revocations", { device: device.id, martId: mart });
    done();
  }, () => { panel.parentElement.hidden = true; });
  return panel;
}

// linking returns a panel that asks whether to sign in by a link though somebody is signed in.
export function linking(who, open, close) {
  const panel = confirming(text("console.sign-in.other", { Who: who }), text("console.sign-in.change"), async () => {
    const refused = await open();
    if (refused) panel.replaceChildren(el("p", { class: "error", role: "alert" }, refused), button(text("console.close"), close));
  }, close);
  return panel;
}

// confirming returns a panel that asks before it acts. The second press of a double click does not count: whoever pressed twice
// has not read what it asks.
function confirming(question, yes, act, no) {
  const panel = el("div", { class: "panel warn", role: "group", ariaLabel: question }, el("p", {}, question));
  const sure = button(yes, (event) => { if (event.detail < 2) trying(panel, sure, act); }, "main");
  panel.append(el("div", { class: "bar" }, sure, button(text("console.cancel"), no)));
  return panel;
}
