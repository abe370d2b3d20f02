package orders

import (
	"cmp"
	"slices"
	"time"

	"jumun/shared/order"
)

// A State is what an order needs of a person.
type State string

// The states of an order.
const (
	Waiting   State = "waiting"   // nobody has confirmed it
	Confirmed State = "confirmed" // a person has confirmed it, or has read that it was withdrawn
	Cancelled State = "cancelled" // it was withdrawn, and nobody has read that
)

// A Key names an order by the ID of the first event that announced it. Several orders may have the
// same number.
type Key struct {
	Mart order.MartID
	ID   order.ID
}

// An Entry is an order in a Store.
type Entry struct {
	ID    order.ID      `json:"id"` // of the event that announced it
	Mart  order.MartID  `json:"mart"`
	Order order.OrderID `json:"order"` // its number
	Key   string        `json:"key,omitempty"`
	At    time.Time     `json:"at"` // when ID was recorded, by the log's clock
	// Repeats are the IDs of the events that announced it again, after the log had lost the first
	// one; the newest maxRepeats of them. Nearly every order has none.
	Repeats []order.ID `json:"repeats,omitempty"`

	Summary  string    `json:"summary,omitempty"`
	Amount   string    `json:"amount,omitempty"`
	PlacedAt time.Time `json:"placedAt,omitzero"`

	State State     `json:"state"`
	Ended time.Time `json:"ended,omitzero"` // when it was confirmed; zero if that is not known
	By    string    `json:"by,omitempty"`   // the name of the device on which it was confirmed
	// Acked is the ID of the ack event that By and Ended come from; empty: they come from this
	// PC.
	Acked     order.ID  `json:"acked,omitempty"`
	Withdrawn time.Time `json:"withdrawn,omitzero"` // when its publisher withdrew it, by the log's clock
	Changed   order.ID  `json:"changed,omitempty"`  // of the last event that withdrew or reopened it
	// Escalated means that people outside of the store were told that nobody answers it.
	Escalated bool `json:"escalated,omitempty"`
	// Unannounced means that only the ack of the order came, not the order.
	Unannounced bool `json:"unannounced,omitempty"`
	Unsent      bool `json:"unsent,omitempty"`   // confirmed here, and the server does not know it yet
	Reopened    bool `json:"reopened,omitempty"` // taken back here, and the server does not know it yet
}

// maxRepeats bounds the IDs of one order: a log that loses the same order again and again must not
// make a line of the journal too long.
const maxRepeats = 4

func (e Entry) key() Key { return Key{e.Mart, e.ID} }

// ids returns the IDs of all events that announced the order.
func (e Entry) ids() []order.ID { return append([]order.ID{e.ID}, e.Repeats...) }

// earlier returns what decides whether another order repeats this one. Only the log's clock counts
// in it: a confirmation that the server lacks is none, and one of which the log's time is not known
// was given when the order was recorded, at the earliest.
func (e Entry) earlier() order.Earlier {
	known := order.Earlier{Key: e.Key, Details: order.Details{Summary: e.Summary, Amount: e.Amount, PlacedAt: e.PlacedAt}}
	switch {
	case !e.Withdrawn.IsZero():
		known.Confirmed = e.Withdrawn
	case e.State == Waiting || e.Unsent:
	case e.Acked != "":
		known.Confirmed = e.Ended
	default:
		known.Confirmed = e.At
	}
	return known
}

func placed(e order.Event) Entry {
	entry := Entry{
		ID: e.ID, Mart: e.Mart, Order: e.Order, Key: e.Key, At: e.At, State: Waiting,
		Summary: e.Summary, Amount: e.Amount, PlacedAt: e.PlacedAt,
	}
	if e.Confirmed {
		entry.State = Confirmed
	}
	return entry
}

// repeatedBy returns e after event, which announces the same order again. If e is confirmed, the
// new event has to be confirmed at the server too.
func (e Entry) repeatedBy(event order.Event) Entry {
	e.Repeats = append(slices.Clone(e.Repeats), event.ID)
	e.Repeats = e.Repeats[max(0, len(e.Repeats)-maxRepeats):]
	e.Unsent = e.Unsent || e.State == Confirmed && !event.Confirmed
	return e
}

func byArrival(x, y Entry) int {
	return cmp.Or(x.ID.Compare(y.ID), cmp.Compare(x.Mart, y.Mart), cmp.Compare(x.Order, y.Order), cmp.Compare(x.ID, y.ID))
}

func byEnd(x, y Entry) int { return cmp.Or(x.Ended.Compare(y.Ended), byArrival(x, y)) }
