// Package wire is the contract between order services, servers and devices: the paths,
// the events of a stream, and the JSON inside them. All JSON is UTF-8.
//
// # Tokens
//
// Every request but pairing carries "Authorization: Bearer " and a token (RFC 6750,
// section 2.1), or, from a browser, the cookie __Host-jumun. A token is never part of a
// URL. It is a JWT (RFC 7519) signed by HS256, its header with the kid of the key:
//
//	{"aud":"jumun","sub":"pc-1","name":"카운터","role":"device","marts":["42"],"iat":1722000000,"exp":1729776000}
//
// role is device, publisher or admin; marts are those it is good for, ["*"] is all; iat
// and exp are whole seconds, at most 400 days apart. A server's key file is a JWK Set
// (RFC 7517) of "kty":"oct" keys; whoever holds a key of it can make tokens.
//
// # Pairing
//
// An admin has a code made: POST /v1/admin/pairings {"martId":"42","name":"강남점"} answers
// 201 {"code":"ABCD-EFGH","martId":"42","expires":"…"}. It is good once, for 15 minutes.
//
//	POST /v1/pair {"martId":"42","code":"ABCD-EFGH","device":"카운터"}
//	    200 {"token":"…","deviceId":"…","martName":"강남점","expires":"…"}. With "cookie":true
//	    the token is set as the cookie, and is not in the answer.
//	POST /v1/token
//	    With the token of a device: the same answer, with a new token. Ask when half the
//	    old one's time is over. {"device":"주방"} gives the device a new name.
//
// A wrong code, a used one and a mart that does not exist have one answer: 403 code.
// GET /v1/admin/marts/{mart}/devices answers {"devices":[…]}. POST /v1/admin/revocations with
// {"device":"…"}, {"martId":"42"} or {"key":"…"} answers 204 and ends the streams concerned:
// of a device, all its tokens are void for ever; of a mart ("*": of all), the tokens issued
// until now; of a key, all it has signed or will.
//
// # An order, as it is published
//
// An order service publishes one JSON object per order on a Redis Pub/Sub topic:
//
//	{"martId":42,"orderId":1001}
//
// IDs are 1 to 64 printable characters without spaces, as JSON strings; integers are
// taken too and become strings ("42"). Unknown fields are passed over. The object may
// stand inside one JSON string (double encoding, as some Redis serializers do):
//
//	"{\"martId\":\"42\",\"orderId\":\"1001\"}"
//
// Three fields more may be there, for people to read: "summary" (one line), "amount"
// (a string or a number) and "placedAt" (RFC 3339). An order rings whatever is wrong
// with them.
//
// The same object may be POSTed to /v1/orders: 202 {"id","duplicate"} says that the
// order is recorded, 503 that it is not known whether it is: send it again. Or its
// fields may be appended to a Redis stream, which is read whenever a server is there:
//
//	XADD jumun:orders * martId 42 orderId 1001
//
// An order that comes again within 48 hours, by whatever way, is a duplicate: it keeps
// its first ID and does not ring again. Later its number may be used for another order.
// A server may be told another time than 48 hours, but none below one hour.
//
// # A stream, as a device reads it
//
// GET /v1/marts/{mart}/events answers 200 text/event-stream: server-sent events as in
// the HTML standard, section 9.2 (https://html.spec.whatwg.org/multipage/server-sent-events.html).
// Each event is written at once and ended by a blank line.
//
//	event: connect     data: connected
//	    The first thing sent, at once, with a retry: field. Its id:, if it has one, is
//	    from where a resuming loses nothing; it has none when open orders follow.
//	event: order       data: {"martId":"42","orderId":"1001","message":"1001 주문 발생","at":"2024-07-27T20:00:00.123Z"}
//	    Ring. "summary", "amount" and "placedAt" as they were published, if they were.
//	    "confirmed":true means do not ring: somebody has confirmed it since.
//	event: ack         data: {"orderId":"1001","device":"카운터","at":"2024-07-27T20:00:09.456Z"}
//	    Stop ringing for it. The first ack of an order says who confirmed it.
//	event: gap         data: {"after":"1722000000000-0","oldest":"1722300000000-0"}
//	    The log does not reach back to the ID you gave, or does not know it: some orders
//	    may be missing. What the log has follows. Its id: is empty: forget your ID.
//	event: bye         data: {"reason":"drain","retryMs":1200}
//	    The server ends this stream: it stops (drain), the stream is old (lifetime), you
//	    took too long (slow), or your token has ended (expired): reconnect after retryMs
//	    milliseconds. Or the device may not hear the mart any more (revoked): do not.
//	:                  a comment is a heartbeat, by default one every 20 s.
//
// The id: of order and ack is where the event stands in its mart's log:
// "milliseconds-sequence", and "0-0" is before the first event. Store the event, then its ID; after a reconnect give the ID
// as Last-Event-ID (or as ?after=), and what you missed comes first, in order. Without
// an ID come the orders that nobody has confirmed. Events may come twice: drop an order
// whose orderId you know, unless it was recorded an hour or more after the one you know.
//
// Accept events and fields you do not know: servers are updated before devices.
// A stream that was silent for 2.5 heartbeats is dead, whatever TCP says.
//
// # The same by polling
//
// GET /v1/marts/{mart}/orders?after=&wait=&limit= answers 200 with the events after an
// ID; wait is how many seconds (0 to 60) the answer may be held back while there are
// none, limit how many events to send at most (1 to 1024; 256 if left out).
//
//	{"events":[{"event":"order","id":"1722000000000-0","data":{…}}],"last":"1722000000000-0","more":false}
//
// Give last as the next after; more says that there is something to ask for at once.
//
// # Confirming
//
// POST /v1/marts/{mart}/orders/{order}/ack, with the body {"device":"카운터"} or none,
// answers 204: the order is confirmed, by this device or by an earlier one. The name in
// the token counts; that in the body is for tokens without.
//
// # Errors
//
// Every other answer is an application/problem+json (RFC 9457) with a stable type.
// 401 says that the token is not known (token), has ended (expired) or was revoked; 403
// that it is not for this mart or this call (forbidden). 429 and 503 carry Retry-After,
// in seconds.
package wire
