// For how long an order that was answered is remembered: another one with its number may repeat it (shared/wire, "An order").
const REMEMBERED = 3_600_000;
// For how long a person may take a confirmation back.
export const UNDO = 60_000;

// Orders are the orders of a mart that need a person, and those that were answered lately, oldest first. An order is
// {id, orderId, summary, amount, at, placedAt, key, state, by, ended, here}: state is "open", "confirmed", "cancelled" (and
// nobody has read that) or "read"; here is when it was confirmed on this device.
export class Orders {
  constructor(list = []) {
    this.list = list.map((o) => ({ ...o }));
  }

  find(id) { return this.list.find((o) => o.id === id); }

  // apply takes an event of the stream, and reports whether it changed anything. Its errors mean that the event cannot be read.
  apply(name, id, text, now) {
    const data = JSON.parse(text);
    switch (name) {
      case "order": return this.add(id, data, now);
      case "ack": return this.each(data, (o) => this.end(o, o.state === "cancelled" ? "read" : "confirmed", data.device, now));
      case "cancel": return this.each(data, (o) => { o.state = "cancelled"; o.ended = now; });
      case "reopen": return this.each(data, (o) => openAgain(o));
    }
    return false; // of a newer server
  }

  add(id, data, now) {
    if (typeof data.orderId !== "string" || data.orderId === "") throw new Error("an order without a number");
    const known = this.find(id);
    if (known || this.list.some((o) => repeats(o, data, now))) {
      if (known?.state === "open" && data.confirmed) this.end(known, "confirmed", known.by, now);
      return false;
    }
    const { orderId, summary, amount, at, placedAt, key } = data;
    const o = { id, orderId, summary, amount, at: Date.parse(at), placedAt, key, state: "open" };
    if (data.confirmed) this.end(o, "confirmed", undefined, now);
    this.list.push(o);
    this.list = this.list.filter((o) => isOpen(o) || now - o.ended < REMEMBERED);
    return true;
  }

  // each calls change with the order that data is about. An ack of before names a number: it is for all that came earlier.
  each(data, change) {
    const about = this.list.filter((o) => data.id ? o.id === data.id : o.orderId === data.orderId && o.at <= Date.parse(data.at));
    about.forEach(change);
    return about.length > 0;
  }

  end(o, state, by, now) {
    if (!isOpen(o)) {
      o.by ??= by; // the log's ack follows an order that it replays as confirmed
      return;
    }
    Object.assign(o, { state, by, ended: now });
  }

  // confirm ends an order on this device, and returns what the server is to hear of it.
  confirm(id, now) {
    const o = this.find(id);
    if (!o || !isOpen(o)) return undefined;
    const ack = { id: o.id, orderId: o.orderId };
    if (o.state === "cancelled") ack.withdrawn = true;
    else o.here = now;
    this.end(o, o.state === "cancelled" ? "read" : "confirmed", undefined, now);
    return ack;
  }

  // reopen takes the confirmation of an order back, and returns the order.
  reopen(id) {
    const o = this.find(id);
    return o && openAgain(o);
  }
}

function openAgain(o) { return Object.assign(o, { state: "open", by: undefined, here: undefined, ended: undefined }); }

export function isOpen(o) { return o.state === "open" || o.state === "cancelled"; }

// repeats reports whether an order that comes is one that is known, as package order decides it.
export function repeats(known, data, now) {
  if (known.key && data.key) return known.key === data.key;
  if (known.orderId !== data.orderId) return false;
  const both = (f) => Boolean(known[f] && data[f]);
  if (["summary", "amount"].some((f) => both(f) && known[f] !== data[f])) return false;
  if (both("placedAt") && Date.parse(known.placedAt) !== Date.parse(data.placedAt)) return false; // it may be in another zone
  return known.state === "open" || now - known.ended < REMEMBERED || both("placedAt");
}
