// A device says what it can do when that changes, and every three minutes (shared/wire, "What a device reports of itself"). A
// server of before is asked again after an hour.
const REPORT_EVERY = 180_000, REPORT_AGAIN = 30_000, REPORT_LATER = 3_600_000;

// A Presence tells the server whether orders are heard and seen here.
export class Presence {
  constructor(connection) {
    Object.assign(this, { connection, next: 0, blocked: 0 });
  }

  // report sends a report if it is another one, or due. sleeps: the screen may go off.
  async report({ audible, visible }, sleeps, now) {
    const body = { audible, visible, version: "page " + VERSION, problems: problems(audible, visible, sleeps), asleepSoon: false };
    const text = JSON.stringify(body);
    if (now < this.blocked || now < this.next && text === this.reported) return;
    Object.assign(this, { reported: text, next: now + REPORT_EVERY });
    try {
      // Which event this page has changes with each order, and is told with the rest, so that an order costs no report.
      await this.connection.post("/presence", { ...body, last: this.connection.lastID });
    } catch (failure) {
      this.reported = undefined;
      this.blocked = now + (failure.status === 404 ? REPORT_LATER : REPORT_AGAIN);
    }
  }

  // leave says that the page ends. Another tab that goes on says so.
  leave() {
    const body = { audible: false, visible: false, version: "page " + VERSION, problems: ["quit"], asleepSoon: true };
    this.connection.post("/presence", body, { keepalive: true }).catch(() => {});
  }
}

function problems(audible, visible, sleeps) {
  return [...(audible ? [] : ["speaker"]), ...(visible ? [] : ["window"]), ...(sleeps ? ["sleeps"] : [])];
}
