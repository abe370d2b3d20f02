import { Refused, ask } from "./api.js";
import { put, text } from "./dom.js";
import { Mart } from "./mart.js";
import { Marts } from "./marts.js";
import { linking } from "./panels.js";
import { Servers } from "./servers.js";
import { exactly } from "./table.js";
import { Webhooks } from "./webhooks.js";

// What is shown is asked for again every few seconds, while somebody can see it. There is no stream that says when: what a
// person looks for here, whether a device is there and can be heard, mostly changes without an event, because something did not
// happen in time, so it would be asked for again like this anyway. An order would be shown some seconds earlier, which nobody
// in a head office feels, and each console would have the servers follow the marts that it shows.
const AGAIN = 5_000;
const byID = (id) => document.getElementById(id);
let view, asked = 0, answered = 0, asking = 0;
// Whether somebody is signed in; undefined: the server has not said so yet.
let signedIn;
// The code of a link, until the server has answered or a person has refused it.
let code = "";

// refresh asks for what the view shows. A view that fails keeps what it had, and says so and since when.
async function refresh() {
  if (!view || document.hidden) return;
  const mine = ++asked, shown = view;
  asking++;
  const failure = await shown.load().then(() => undefined, (e) => e);
  asking--;
  if (shown !== view || mine < answered) return; // another view is shown, or a later answer has come
  answered = mine;
  if (!failure) view.loadedAt = Date.now();
  if (failure instanceof Refused && failure.status === 401) signedOut(text("console.sign-in.ended"));
  else put(byID("failed"), failure ? whyStale(failure) : "");
}

function whyStale({ status }) {
  if (status === 403) return text("console.forbidden");
  return view.loadedAt ? text("console.stale", { At: exactly(view.loadedAt) }) : text("console.unreachable");
}

// again asks once more, unless an answer is on its way: of a server that is slow nobody would ever hear that it fails.
function again() {
  if (asking > 0) return;
  if (signedIn === undefined) open();
  else refresh();
}

function route() {
  if (!signedIn) return;
  const [, where, mart] = /^#\/(\w*)\/?(.*)$/.exec(decoded(location.hash)) ?? ["", "", ""];
  const views = { mart: () => new Mart(refresh, mart), webhooks: () => new Webhooks(), servers: () => new Servers() };
  view = Object.hasOwn(views, where) ? views[where]() : new Marts(refresh);
  view.element.id = "main";
  byID("main").replaceWith(view.element);
  put(byID("failed"), "");
  refresh();
}

// decoded returns the text of an address; "" if somebody has broken it.
function decoded(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return "";
  }
}

function welcome({ name, holder, marts }) {
  const all = marts.includes("*");
  put(byID("who"), `${name || holder} · ${all ? text("console.who.all") : text("console.who.some", { N: marts.length })}`);
  byID("to-webhooks").hidden = byID("to-servers").hidden = !all;
  byID("sign-in").hidden = true;
  byID("top").hidden = false;
  signedIn = true;
  route();
}

function signedOut(why) {
  signedIn = false;
  view = undefined;
  byID("main").replaceChildren();
  byID("offer").replaceChildren();
  byID("top").hidden = true;
  byID("sign-in").hidden = false;
  put(byID("failed"), "");
  put(byID("why"), why);
}

// open goes on with the session that there is, or signs in by the code of a link, which leaves the address at once. Without an
// answer it is tried again.
async function open() {
  if (!isSecureContext) return signedOut(text("page.insecure")); // the browser would not keep the cookie, and the link would be used up
  if (location.hash.startsWith("#code=")) {
    code = new URLSearchParams(location.hash.slice(1)).get("code");
    history.replaceState(null, "", location.pathname);
  }
  asking++;
  try {
    const session = await ask("GET", "/v1/admin/session").catch(ifRefused);
    if (session) welcome(session);
    if (session && code) offer();
    else if (code) signedOutIf(await openLink());
    else if (!session) signedOut("");
  } catch {
    put(byID("failed"), text("console.unreachable"));
  }
  asking--;
}

function signedOutIf(why) { if (why) signedOut(why); }

// ifRefused throws a failure that the next try may not have.
function ifRefused(e) { if (!(e instanceof Refused) || e.status >= 500 || e.status === 429) throw e; }

// offer asks whether the session of a link takes the place of the one that there is. A link that somebody else has sent must not
// make the screen of the head office show the sender's marts only, where all is quiet.
function offer() {
  const panel = linking(byID("who").textContent, openLink, () => { code = ""; panel.remove(); });
  byID("offer").replaceChildren(panel);
}

// openLink signs in by the code of a link. It returns what a person has to know if that is refused.
async function openLink() {
  const session = await ask("POST", "/v1/admin/links/open", { code }).catch(ifRefused);
  code = "";
  if (!session) return text("console.sign-in.link");
  entered(session);
  return "";
}

// entered shows the session, here and in the other tabs: they have the same cookie.
function entered(session) {
  byID("offer").replaceChildren();
  welcome(session);
  others.postMessage("another session");
}

async function signIn(event) {
  event.preventDefault();
  const field = event.target.token;
  if (!isSecureContext) return;
  try {
    const session = await ask("POST", "/v1/admin/session", undefined, field.value.trim()).catch(ifRefused);
    if (session) entered(session);
    if (session) field.value = "";
    put(byID("why"), session ? "" : text("console.sign-in.wrong"));
  } catch {
    put(byID("why"), text("console.unreachable"));
  }
}

async function signOut() {
  try {
    await ask("DELETE", "/v1/admin/session");
    signedOut("");
    others.postMessage("no session");
  } catch {
    put(byID("failed"), text("console.unreachable"));
  }
}

const others = new BroadcastChannel("jumun console");
others.onmessage = open;
byID("sign-in").addEventListener("submit", signIn);
byID("sign-out").addEventListener("click", signOut);
addEventListener("hashchange", () => (location.hash.startsWith("#code=") ? open() : route()));
document.addEventListener("visibilitychange", again);
setInterval(again, AGAIN);
open();
