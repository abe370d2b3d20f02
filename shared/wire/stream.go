package wire

import (
	"time"

	"jumun/shared/order"
)

// The names of the events on a stream.
const (
	ConnectEvent = "connect"
	OrderEvent   = "order"
	AckEvent     = "ack"
	CancelEvent  = "cancel"
	ReopenEvent  = "reopen"
	// EscalateEvent says that people outside of the store were told of an order.
	EscalateEvent = "escalate"
	TestEvent     = "test" // an administrator tests the alarm; it is about no order
	GapEvent      = "gap"
	ByeEvent      = "bye"

	HeartbeatEvent = "heartbeat" // in place of a comment, for whoever asked by HeartbeatParam
)

// Connected is the data of a connect event.
const Connected = "connected"

// Heartbeat is how often a quiet stream carries a comment, unless the server is configured
// otherwise: well below the 60 s after which common proxies cut a silent connection.
const Heartbeat = 20 * time.Second

// The reasons of a bye.
const (
	ByeDrain    = "drain"    // this server stops, or cannot follow the log; use another one
	ByeLifetime = "lifetime" // the stream is old: the next one may find a newer server
	ByeSlow     = "slow"     // this device did not take its events in time
	ByeRevoked  = "revoked"  // this device may not hear the mart any more: do not reconnect
	ByeExpired  = "expired"  // its token has expired: get another one first
)

// A Frame is an event as streams carry it: encoded once and shared by all of them. Its Text must
// never be changed.
type Frame struct {
	ID   order.ID // of the event
	Text []byte   // fields and the blank line that ends them
}

// A Gap is the data of a gap event.
type Gap struct {
	After  order.ID `json:"after"`  // what the device asked for; empty if that was not an ID
	Oldest order.ID `json:"oldest"` // the first event the log has; empty if it has none
}

// A Bye is the data of a bye event.
type Bye struct {
	Reason  string `json:"reason"`
	RetryMs int64  `json:"retryMs"` // milliseconds to wait before reconnecting
}
