import { Desk } from "./desk.js";
import { Receiver } from "./element.js";

// connect returns a Desk, for pages that draw themselves: connect({server, mart, token}). token is a text, or a function that
// returns one, or a promise of one: it is called with {renew: true} when another one is needed. Without a token the cookie counts.
function connect(options) { return new Desk(options); }

customElements.get("jumun-receiver") ?? customElements.define("jumun-receiver", Receiver);

export { connect };
