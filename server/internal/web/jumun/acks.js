const ACKS_AT_ONCE = 256;
// After a failure that is not the connection's, such as too many requests.
const ACK_AGAIN = 5_000;

// Acks are the confirmations that the server does not have yet.
export class Acks {
  constructor(connection, list) {
    Object.assign(this, { connection, list, after: 0 });
  }

  add(...acks) { this.list = this.list.concat(acks); }

  // drop forgets the confirmation of an order, which a person took back.
  drop(id) { this.list = this.list.filter((a) => a.id !== id); }

  // send sends what waits, unless that goes on already or has just failed. What fails is kept.
  async send() {
    if (this.sending || this.list.length === 0 || Date.now() < this.after) return;
    this.sending = true;
    try {
      while (this.list.length > 0 && !await this.sendSome());
    } catch (failure) {
      console.warn("jumun: confirmations are sent again later", failure);
      this.after = Date.now() + ACK_AGAIN;
    }
    this.sending = false;
  }

  // sendSome reports whether the server asks for some of them again.
  async sendSome() {
    const some = this.list.slice(0, ACKS_AT_ONCE);
    const { acks } = await (await this.connection.post("/acks", { acks: some })).json();
    const later = new Set(acks.filter((a) => a.outcome === "later").map((a) => a.id));
    this.list = this.list.filter((a) => !some.includes(a) || later.has(a.id));
    if (later.size > 0) this.after = Date.now() + ACK_AGAIN;
    return later.size > 0;
  }
}
