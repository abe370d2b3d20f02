import { readEvents } from "./events.js";

// How long a stream may be silent, 2.5 heartbeats of a server, and how long the answer to a request may take.
const SILENCE = 50_000;
export const ANSWER = 15_000;
// After a failure the next try is after 1 s, 2 s, … 30 s, each times a half to one. A stream has to hold for a minute before
// the wait is short again: a server that takes streams and drops them would be asked without end.
const FIRST_WAIT = 1_000, LONGEST_WAIT = 30_000, HEALTHY = 60_000;
// A refusal is for a person to mend; somebody may do so on the server.
const REFUSED_WAIT = 60_000;

// A Refusal is an answer that no second try changes. reason is the last part of the problem's type.
class Refusal extends Error {
  constructor(status, reason) {
    super(`${status} ${reason}`);
    this.reason = reason;
  }
}

// A Connection is the stream of one mart, and the requests about it. It tells on(name, id, data) of each event and
// onState(state, reason) of "connecting", "connected" and "refused". It tries again until close.
export class Connection {
  constructor({ server, mart, token, lastID, on, onState }) {
    Object.assign(this, { server, mart, token, lastID, on, onState });
    this.closed = new AbortController();
    this.wake = () => {};
  }

  close() {
    this.closed.abort();
    this.cut?.abort();
    this.wake();
  }

  async run() {
    addEventListener("online", () => this.wake(), { signal: this.closed.signal });
    for (let wait = FIRST_WAIT; !this.closed.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      if (!this.refused) this.onState("connecting");
      const began = Date.now();
      const asked = await this.stream().catch((failure) => this.failed(failure));
      if (Date.now() - began > HEALTHY) wait = FIRST_WAIT;
      await this.sleep(asked || wait * (0.5 + Math.random() / 2));
    }
  }

  // failed returns for how long to wait after a failure; 0: as after any other.
  failed(failure) {
    if (!(failure instanceof Refusal)) return 0;
    this.refused = this.stale = true; // a token that is renewed may be taken
    this.onState("refused", failure.reason);
    return REFUSED_WAIT;
  }

  sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => { clearTimeout(timer); resolve(); };
    });
  }

  // stream reads one stream to its end. It returns for how long the server asked to wait; 0: it did not say.
  async stream() {
    const cut = this.cut = new AbortController();
    const alive = (ms) => { clearTimeout(this.watchdog); this.watchdog = setTimeout(() => cut.abort(), ms); };
    let wait = 0;
    try {
      alive(ANSWER);
      this.beatAt = undefined;
      const answer = await this.request("/events", { signal: cut.signal, headers: this.lastID ? { "Last-Event-ID": this.lastID } : {} });
      await readEvents(answer.body, (name, id, data) => {
        if (name === "bye") wait = this.bye(JSON.parse(data));
        else this.take(name, id, data);
      }, () => { this.beat(); alive(SILENCE); });
    } finally {
      clearTimeout(this.watchdog);
    }
    return wait;
  }

  // beat notes for how long nothing had come when something came. Where that is long, the device slept.
  beat() {
    const now = Date.now();
    this.silent = now - (this.beatAt ?? now);
    this.beatAt = now;
  }

  bye({ reason, retryMs }) {
    if (reason === "revoked") throw new Refusal(401, reason);
    this.stale = this.stale || reason === "expired";
    return retryMs;
  }

  take(name, id, data) {
    if (name === "connect") {
      this.refused = false;
      this.onState("connected");
    } else this.on(name, id, data);
    if (id !== undefined) this.lastID = id; // once the event is taken, and not before
  }

  // post sends a JSON body, and returns the answer.
  post(path, body, more) {
    return this.request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal: AbortSignal.timeout(ANSWER), ...more });
  }

  // request asks for a path of the mart. It throws a Refusal where nothing but a person helps, and an Error with the status else.
  async request(path, init) {
    const headers = { ...init.headers };
    if (this.token) headers.Authorization = "Bearer " + await this.currentToken();
    const url = `${this.server}/v1/marts/${encodeURIComponent(this.mart)}${path}`;
    const answer = await fetch(url, { cache: "no-store", redirect: "error", credentials: this.token ? "omit" : "include", ...init, headers });
    if (answer.headers.get("Jumun-Renew") === "1") this.stale = true;
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    const reason = String(problem.type ?? "").replace("urn:jumun:problem:", "");
    if (answer.status === 401 || answer.status === 403) throw new Refusal(answer.status, reason);
    throw Object.assign(new Error(`${answer.status} ${reason}`), { status: answer.status, reason });
  }

  // currentToken returns the token. A function is asked for it at the first request, and when the server asks for another one.
  async currentToken() {
    if (typeof this.token !== "function") return this.token;
    if (!this.known || this.stale) {
      this.known = await this.token({ renew: Boolean(this.stale) });
      this.stale = false;
    }
    return this.known;
  }
}
