package orders

import (
	"cmp"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// A State is either Waiting or Confirmed.
type State string

// The states of an order.
const (
	Waiting   State = "waiting"   // nobody has confirmed it
	Confirmed State = "confirmed" // a person has confirmed it
)

// A Key names an order: order IDs are unique within a mart only.
type Key struct {
	Mart  order.MartID
	Order order.OrderID
}

// An Entry is an order in a Store.
type Entry struct {
	ID    order.ID      `json:"id"` // of the event that announced it; empty if only its ack came
	Mart  order.MartID  `json:"mart"`
	Order order.OrderID `json:"order"`
	At    time.Time     `json:"at"` // when ID was recorded, by the log's clock

	Summary  string    `json:"summary,omitempty"`
	Amount   string    `json:"amount,omitempty"`
	PlacedAt time.Time `json:"placedAt,omitzero"`

	State State     `json:"state"`
	Ended time.Time `json:"ended,omitzero"` // when it was confirmed; zero if that is not known
	By    string    `json:"by,omitempty"`   // the name of the device on which it was confirmed
	// Acked is the ID of the ack event that By and Ended come from; empty: they come from this
	// PC.
	Acked  order.ID `json:"acked,omitempty"`
	Unsent bool     `json:"unsent,omitempty"` // confirmed here, and the server does not know it yet
}

func (e Entry) key() Key { return Key{e.Mart, e.Order} }

// after returns e as it is after an event. e is the zero Entry if the order is not known.
func (e Entry) after(event order.Event, known bool) Entry {
	switch {
	case event.Kind == order.Placed && (!known || e.isOlderThan(event)):
		return placed(event)
	case event.Kind == order.Acked && e.Acked == "" && event.ID.Compare(e.ID) > 0: // the first ack says who confirmed it
		if !known {
			e = Entry{Mart: event.Mart, Order: event.Order, At: event.At}
		}
		e.State, e.Unsent = Confirmed, false
		e.Ended, e.By, e.Acked = event.At, event.By, event.ID
	}
	return e
}

// isOlderThan reports whether event announces another order with the number of e: publishers
// use short numbers again after some days.
func (e Entry) isOlderThan(event order.Event) bool {
	return event.ID.Compare(e.ID) > 0 && event.At.Sub(e.At) >= wire.MinSeen
}

func placed(e order.Event) Entry {
	entry := Entry{
		ID: e.ID, Mart: e.Mart, Order: e.Order, At: e.At, State: Waiting,
		Summary: e.Summary, Amount: e.Amount, PlacedAt: e.PlacedAt,
	}
	if e.Confirmed {
		entry.State = Confirmed
	}
	return entry
}

func byArrival(x, y Entry) int {
	return cmp.Or(x.ID.Compare(y.ID), cmp.Compare(x.Mart, y.Mart), cmp.Compare(x.Order, y.Order))
}

func byEnd(x, y Entry) int { return cmp.Or(x.Ended.Compare(y.Ended), byArrival(x, y)) }
