package wire

import (
	"encoding/json"
	"fmt"
	"time"

	"jumun/shared/order"
)

// The names of the events on a stream.
const (
	ConnectEvent = "connect"
	OrderEvent   = "order"
	AckEvent     = "ack"
	GapEvent     = "gap"
	ByeEvent     = "bye"
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

// An Order is the data of an order event.
type Order struct {
	MartID    order.MartID  `json:"martId"`
	OrderID   order.OrderID `json:"orderId"`
	Message   string        `json:"message"` // for people: "{orderId} 주문 발생"
	At        time.Time     `json:"at"`      // when it was recorded; RFC 3339
	Summary   string        `json:"summary,omitempty"`
	Amount    string        `json:"amount,omitempty"`
	PlacedAt  time.Time     `json:"placedAt,omitzero"`
	Confirmed bool          `json:"confirmed,omitempty"` // a replayed order that must not ring any more
}

// OrderOf returns the data of the event that announces e.
func OrderOf(e order.Event) Order {
	return Order{
		MartID: e.Mart, OrderID: e.Order, Message: string(e.Order) + " 주문 발생", At: e.At,
		Summary: e.Summary, Amount: e.Amount, PlacedAt: e.PlacedAt, Confirmed: e.Confirmed,
	}
}

// ParseOrder reads the data of the order event that had the given ID.
// Its errors wrap order.ErrMalformed.
func ParseOrder(id, data string) (order.Event, error) {
	var o Order
	if err := json.Unmarshal([]byte(data), &o); err != nil {
		return order.Event{}, fmt.Errorf("order event is not JSON as agreed: %w", order.ErrMalformed)
	}
	if _, err := order.ParseMartID(string(o.MartID)); err != nil {
		return order.Event{}, err
	}
	if _, err := order.ParseOrderID(string(o.OrderID)); err != nil {
		return order.Event{}, err
	}
	return order.Event{
		ID: order.ID(id), Mart: o.MartID, Order: o.OrderID, Kind: order.Placed, At: o.At, Confirmed: o.Confirmed,
		Details: order.Details{Summary: order.Line(o.Summary, order.MaxSummary), Amount: order.Line(o.Amount, order.MaxAmount), PlacedAt: o.PlacedAt},
	}, nil
}

// An Ack is the data of an ack event.
type Ack struct {
	OrderID order.OrderID `json:"orderId"`
	Device  string        `json:"device"` // the name of the device on which it was confirmed
	At      time.Time     `json:"at"`     // when it was recorded; RFC 3339
}

// AckOf returns the data of the event that announces e.
func AckOf(e order.Event) Ack { return Ack{OrderID: e.Order, Device: e.By, At: e.At} }

// ParseAck reads the data of the ack event that had the given ID on the stream of mart.
// Its errors wrap order.ErrMalformed.
func ParseAck(mart order.MartID, id, data string) (order.Event, error) {
	var a Ack
	if err := json.Unmarshal([]byte(data), &a); err != nil {
		return order.Event{}, fmt.Errorf("ack event is not JSON as agreed: %w", order.ErrMalformed)
	}
	if _, err := order.ParseOrderID(string(a.OrderID)); err != nil {
		return order.Event{}, err
	}
	return order.Event{ID: order.ID(id), Mart: mart, Order: a.OrderID, Kind: order.Acked, At: a.At, By: order.Line(a.Device, order.MaxName)}, nil
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
