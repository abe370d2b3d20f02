import { Refused, ask } from "./api.js";
import { put, text } from "./dom.js";
import { Mart } from "./mart.js";
import { Marts } from "./marts.js";
import { Servers } from "./servers.js";
import { Webhooks } from "./webhooks.js";

// What is shown is asked for again every few seconds, while somebody can see it. There is no stream that says when: what a
// person looks for here, whether a device is there and can be heard, mostly changes without an event, because something did not
// happen in time, so it would be asked for again like this anyway. An order would be shown some seconds earlier, which nobody
// in a head office feels, and each console would have the servers follow the marts that it shows.
const AGAIN = 5_000;
const byID = (id) => document.getElementById(id);
let view, loading = 0, signedIn = false;

// refresh asks for what the view shows. A view that fails keeps what it had, and says so.
async function refresh() {
  const mine = ++loading;
  if (!view || document.hidden) return;
  try {
    await view.load();
    put(byID("failed"), "");
  } catch (e) {
    if (mine !== loading) return;
    if (e instanceof Refused && e.status === 401) signedOut(text("console.sign-in.ended"));
    else put(byID("failed"), e.status === 403 ? text("console.forbidden") : text("console.stale"));
  }
}

function route() {
  if (!signedIn) return;
  const [, where, mart] = /^#\/(\w*)\/?(.*)$/.exec(location.hash) ?? ["", "", ""];
  const views = { mart: () => new Mart(refresh, decodeURIComponent(mart)), webhooks: () => new Webhooks(), servers: () => new Servers() };
  view = Object.hasOwn(views, where) ? views[where]() : new Marts(refresh);
  view.element.id = "main";
  byID("main").replaceWith(view.element);
  refresh();
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
  byID("top").hidden = true;
  byID("sign-in").hidden = false;
  byID("failed").hidden = true;
  put(byID("why"), why);
}

// open signs in by the code of a link, which leaves the address at once, or goes on with the session that there is.
async function open() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code) history.replaceState(null, "", location.pathname);
  try {
    welcome(await (code ? ask("POST", "/v1/admin/links/open", { code }) : ask("GET", "/v1/admin/session")));
  } catch (e) {
    const refused = e instanceof Refused && e.status < 500 && e.status !== 429;
    signedOut(!refused ? text("console.stale") : code ? text("console.sign-in.link") : "");
  }
}

async function signIn(event) {
  event.preventDefault();
  const field = event.target.token;
  try {
    const session = await ask("POST", "/v1/admin/session", undefined, field.value.trim());
    field.value = "";
    welcome(session);
  } catch (e) {
    put(byID("why"), e instanceof Refused && e.status < 500 && e.status !== 429 ? text("console.sign-in.wrong") : text("console.stale"));
  }
}

byID("sign-in").addEventListener("submit", signIn);
byID("sign-out").addEventListener("click", async () => {
  await ask("DELETE", "/v1/admin/session").then(() => signedOut(""), () => put(byID("failed"), text("console.stale")));
});
addEventListener("hashchange", () => (location.hash.startsWith("#code=") ? open() : route()));
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, AGAIN);
open();
