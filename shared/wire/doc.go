// Package wire is the contract between order services, servers and devices: the paths,
// the events of a stream, and the JSON inside them. All JSON is UTF-8.
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
// # A stream, as a device reads it
//
// GET /v1/marts/{mart}/events answers 200 text/event-stream: server-sent events as in
// the HTML standard, section 9.2 (https://html.spec.whatwg.org/multipage/server-sent-events.html).
// Each event is written at once and ended by a blank line.
//
//	event: connect     data: connected
//	    The first thing sent, at once, with a retry: field.
//	event: order       data: {"martId":"42","orderId":"1001","message":"1001 주문 발생","at":"2024-07-27T20:00:00.123Z"}
//	    Ring. Its id: is where the event stands in its mart's log.
//	event: bye         data: {"reason":"drain","retryMs":1200}
//	    The server ends this stream. Reconnect after retryMs milliseconds.
//	:                  a comment is a heartbeat, by default one every 20 s.
//
// Accept events and fields you do not know: servers are updated before devices.
// A stream that was silent for 2.5 heartbeats is dead, whatever TCP says.
//
// # Errors
//
// Every answer but 200 is an application/problem+json (RFC 9457) with a stable type.
// 503 carries Retry-After, in seconds.
package wire
