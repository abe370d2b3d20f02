import { ask, martURL } from "./api.js";
import { el, put, text } from "./dom.js";
import { problems } from "./states.js";
import { Table, button, lasted, when } from "./table.js";

// SHOWN is how many lines there are before somebody asks for all that is kept.
const SHOWN = 30;

// What an event says, and the events that end what it began, if nothing was heard meanwhile.
const EVENTS = {
  came: { says: came },
  heard: { says: () => text("console.past.heard") },
  lost: { says: () => text("console.past.lost"), until: ["came"] },
  asleep: { says: () => text("console.past.asleep"), until: ["came", "heard"] },
  quit: { says: () => text("console.past.quit"), until: ["came"] },
  frozen: { says: () => text("console.past.frozen"), until: ["came", "heard"] },
  silent: { says: (c) => text("console.past.silent", { Why: problems(c.why?.split(",")) || text("console.past.unknown") }), until: ["heard"] },
  revoked: { says: () => text("console.device.revoked") },
};

function came(c) {
  return c.anew ? text("console.past.anew", { N: c.anew, At: when(c.lastAt) }) : text("console.past.came");
}

// Connections is when the devices of a mart came and went, and why, the newest first.
export class Connections {
  constructor(refresh, mart) {
    this.mart = mart;
    this.most = SHOWN;
    this.of = el("span", { hidden: true });
    this.all = button(text("console.past.of-all"), () => { this.choose(); refresh(); });
    this.more = button(text("console.past.more"), () => { this.most = Infinity; refresh(); });
    this.table = new Table(text("console.webhook.at"), text("console.device"), text("console.past.what"), text("console.past.gap"));
    this.element = el("section", { class: "stack" }, el("div", { class: "bar" }, el("h2", {}, text("console.past")), this.of, this.all), this.table.element, this.more);
    this.choose();
  }

  // choose shows one device from now on; without one all of them.
  choose(device) {
    this.device = device?.id;
    put(this.of, device ? device.name || device.id : "");
    this.all.hidden = !device;
  }

  async load() {
    const device = this.device;
    const { connections } = await ask("GET", martURL(this.mart, "/connections" + (device ? `?${new URLSearchParams({ device })}` : "")));
    if (device !== this.device) return; // another answer comes
    const rows = connections.map((c, i) => row(c, ending(connections, i))).reverse();
    this.table.show(rows.slice(0, this.most));
    this.more.hidden = rows.length <= this.most;
  }
}

// ending returns when what connections[i] began has ended: a time, "" if it goes on, or undefined if it is no gap.
function ending(connections, i) {
  const { device, event } = connections[i];
  const until = EVENTS[event]?.until;
  if (!until) return undefined;
  const later = connections.slice(i + 1).filter((c) => c.device === device);
  return (later.find((c) => until.includes(c.event)) ?? later.find((c) => c.event === "revoked"))?.at ?? "";
}

function row(c, ended) {
  const gap = ended === undefined ? "" : ended ? lasted(new Date(ended) - new Date(c.at)) : text("console.past.since", { For: lasted(Date.now() - new Date(c.at)) });
  const what = EVENTS[c.event]?.says(c) ?? c.event; // of a newer server
  return [`${c.device} ${c.at} ${c.event}`, [when(c.at), c.name || c.device, what, gap], gap ? "gap" : ""];
}
