package wire

import (
	"encoding/json"
	"fmt"
	"time"

	"jumun/shared/order"
)

// An Order is the data of an order event.
type Order struct {
	MartID    order.MartID  `json:"martId"`
	OrderID   order.OrderID `json:"orderId"`
	Message   string        `json:"message"` // for people: "{orderId} 주문 발생"
	At        time.Time     `json:"at"`      // when it was recorded; RFC 3339
	Summary   string        `json:"summary,omitempty"`
	Amount    string        `json:"amount,omitempty"`
	PlacedAt  time.Time     `json:"placedAt,omitzero"`
	Key       string        `json:"key,omitempty"`       // the publisher's own name for this one order
	Confirmed bool          `json:"confirmed,omitempty"` // a replayed order that must not ring any more
}

// OrderOf returns the data of the event that announces e.
func OrderOf(e order.Event) Order {
	return Order{
		MartID: e.Mart, OrderID: e.Order, Message: string(e.Order) + " 주문 발생", At: e.At,
		Summary: e.Summary, Amount: e.Amount, PlacedAt: e.PlacedAt, Key: e.Key, Confirmed: e.Confirmed,
	}
}

// ParseOrder reads the data of the order event that had the given ID.
// Its errors wrap order.ErrMalformed.
func ParseOrder(id, data string) (order.Event, error) {
	var o Order
	if err := json.Unmarshal([]byte(data), &o); err != nil {
		return order.Event{}, fmt.Errorf("order event is not JSON as agreed: %w", order.ErrMalformed)
	}
	mart, err := order.ParseMartID(string(o.MartID))
	if err != nil {
		return order.Event{}, err
	}
	number, err := order.ParseOrderID(string(o.OrderID))
	if err != nil {
		return order.Event{}, err
	}
	key, _ := order.ParseKey(o.Key) // an order rings whatever is wrong with its key
	return order.Event{
		ID: order.ID(id), Mart: mart, Order: number, Kind: order.Placed, At: o.At, Key: key, Confirmed: o.Confirmed,
		Details: order.Details{Summary: order.Line(o.Summary, order.MaxSummary), Amount: order.Line(o.Amount, order.MaxAmount), PlacedAt: o.PlacedAt},
	}, nil
}

// A Change is the data of an ack, a cancel, a reopen or an escalate event: what happened to an order that was
// recorded before.
type Change struct {
	OrderID order.OrderID `json:"orderId"`
	ID      order.ID      `json:"id,omitempty"`     // of the order's event; empty: not known, or an older server
	Device  string        `json:"device,omitempty"` // the name of the device on which a person did it
	At      time.Time     `json:"at"`               // when it was recorded; RFC 3339
}

// ChangeOf returns the name and the data of the event that announces e; the name is empty if it is
// not a Change.
func ChangeOf(e order.Event) (name string, c Change) {
	if name = string(e.Kind); !IsChange(name) { // the wire has the names of the kinds
		return "", Change{}
	}
	return name, Change{OrderID: e.Order, ID: e.Of, Device: e.By, At: e.At}
}

// IsChange reports whether the data of events called name is a Change.
func IsChange(name string) bool {
	return name == AckEvent || name == CancelEvent || name == ReopenEvent || name == EscalateEvent
}

// ParseChange reads the data of the event called name that had the given ID on the stream of mart.
// Its errors wrap order.ErrMalformed.
func ParseChange(name string, mart order.MartID, id, data string) (order.Event, error) {
	var c Change
	if err := json.Unmarshal([]byte(data), &c); err != nil {
		return order.Event{}, fmt.Errorf("%s event is not JSON as agreed: %w", name, order.ErrMalformed)
	}
	number, err := order.ParseOrderID(string(c.OrderID))
	if err != nil {
		return order.Event{}, err
	}
	if _, err := order.ParseID(string(c.ID)); err != nil && c.ID != "" {
		return order.Event{}, err
	}
	return order.Event{ID: order.ID(id), Mart: mart, Order: number, Kind: order.Kind(name), Of: c.ID, At: c.At, By: order.Line(c.Device, order.MaxName)}, nil
}
