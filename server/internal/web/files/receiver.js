// The receiver: a page of the server itself that pairs by a code, keeps its token in the cookie, and shows a <jumun-receiver>.
import "/jumun.js";

const $ = (id) => document.getElementById(id);
const texts = TEXTS[document.documentElement.lang];
const say = (id, values = {}) => texts[id].replace(/{{\.(\w+)}}/g, (_, name) => values[name]);

// What is kept of the pairing beside the cookie, which no script reads: {mart, name, device, from, until}.
const KEPT = "jumun receiver";
const keep = (pairing) => localStorage.setItem(KEPT, JSON.stringify(pairing));

// kept returns it, or null. Where the browser keeps nothing, or something else, a person pairs anew and the page rings until it is closed.
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

let receiver;

function show() {
  const pairing = kept();
  receiver?.remove();
  receiver = undefined;
  $("pair").hidden = Boolean(pairing);
  $("footer").hidden = !pairing;
  if (!pairing) {
    fillIn();
    return;
  }
  receiver = document.createElement("jumun-receiver");
  receiver.setAttribute("mart", pairing.mart);
  receiver.setAttribute("name", pairing.name || say("window.card.mart", { Mart: pairing.mart }));
  receiver.setAttribute("awake", "");
  receiver.addEventListener("change", (e) => changed(e.detail));
  $("desk").replaceChildren(receiver);
}

let connected = false;

function changed({ conn, orders, audible }) {
  const waiting = orders.filter((o) => o.state === "open").length;
  const bad = conn.state === "lost" || conn.state === "refused" || !audible;
  document.title = `${bad ? "⚠ " : ""}${waiting > 0 ? say("tray.waiting", { N: waiting }) + " · " : ""}${say("window.popup.title")}`;
  if (conn.state === "refused") fillIn();
  $("pair").hidden = conn.state !== "refused";
  if (conn.state === "connected" && !connected) {
    lookForVersion();
    renew(); // the PC may have slept for long
  }
  connected = conn.state === "connected";
}

// fillIn takes what a pairing link says behind its "#", which no server logs. It pairs nobody: a person looks, and presses the
// button.
function fillIn() {
  const link = new URLSearchParams(location.hash.slice(1));
  const form = $("pair");
  const pairing = kept();
  if (form.hidden || form.mart.value === "") form.mart.value = link.get("mart") ?? pairing?.mart ?? "";
  if (link.get("code")) form.code.value = link.get("code");
  if (form.device.value === "") form.device.value = pairing?.device ?? "";
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

async function pair(event) {
  event.preventDefault();
  const form = event.target, button = form.querySelector("button");
  const asked = { martId: form.mart.value.trim(), code: form.code.value.trim(), device: form.device.value.trim(), cookie: true };
  button.disabled = true;
  $("pair-error").textContent = "";
  $("pair-error").textContent = await askToPair(asked).catch(() => say("banner.lost.do"));
  button.disabled = false;
}

// askToPair shows the receiver if the server pairs this browser. Else it returns what a person has to know.
async function askToPair(asked) {
  if (!isSecureContext) return say("page.insecure"); // the browser would not keep the cookie, and the code would be used up
  const answer = await fetch("/v1/pair", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });
  if (answer.status === 429) return say("agent.pairing-wait", { Wait: say("wait.seconds", { N: answer.headers.get("Retry-After") }) });
  if (!answer.ok) return answer.status < 500 ? say("agent.pairing-wrong") : say("client.not-ready");
  const { martName, expires } = await answer.json();
  keep({ mart: asked.martId, name: martName ?? "", device: asked.device, from: Date.now(), until: Date.parse(expires) });
  $("pair").code.value = "";
  tell.postMessage("paired");
  show();
  return "";
}

// signOut asks once more: one touch must not end the alarm of a store.
async function signOut() {
  const sure = $("sign-out").textContent === say("page.sign-out.sure");
  $("sign-out").textContent = sure ? say("page.sign-out") : say("page.sign-out.sure");
  setTimeout(() => { $("sign-out").textContent = say("page.sign-out"); }, 5_000);
  if (!sure) return;
  const answer = await fetch("/v1/token", { method: "DELETE" }).catch(() => undefined);
  if (!answer?.ok) { // the cookie is there, and whoever uses this browser next would hear the orders
    $("sign-out").textContent = say("page.sign-out.failed");
    return;
  }
  localStorage.removeItem(KEPT);
  tell.postMessage("signed out");
  show();
}

// Other tabs of this browser have the same cookie.
const tell = new BroadcastChannel("jumun receiver");
tell.onmessage = show;

// renew renews the token in the cookie, in one tab, when half its life is over or within ten minutes after the server has asked.
async function renew() {
  const pairing = kept(), connection = receiver?.desk?.leader?.connection;
  if (!pairing || !connection) return;
  const asked = connection.stale && Math.random() < 0.1 && Date.now() - (pairing.renewed ?? 0) > 3_600_000;
  if (!asked && Date.now() < (pairing.from + pairing.until) / 2) return;
  const answer = await fetch("/v1/token", { method: "POST" }).catch(() => undefined);
  if (!answer?.ok) return;
  connection.stale = false;
  const { expires } = await answer.json();
  keep({ ...pairing, from: Date.now(), until: Date.parse(expires), renewed: Date.now() });
}

// A page that reloads itself would be silent until the next click, so a new version is only offered.
async function lookForVersion() {
  const answer = await fetch("/web/version", { cache: "no-store" }).catch(() => undefined);
  const mine = document.querySelector("meta[name=jumun-version]").content;
  if (answer?.ok && (await answer.text()).trim() !== mine) $("version").hidden = false;
}

$("pair").addEventListener("submit", pair);
$("sign-out").addEventListener("click", signOut);
$("reload").addEventListener("click", () => location.reload());
addEventListener("hashchange", fillIn);
setInterval(renew, 60_000);
show();
