// Package order has the nouns of jumun: marts, orders, and events.
package order

import (
	"errors"
	"time"
)

// MaxIDLength is the longest mart or order ID, in characters: a longer one does not fit on a
// popup, and nobody calls it out across a counter.
const MaxIDLength = 64

// MaxSummary and MaxAmount are the longest details, in characters: what fits on a card that is
// read from two metres.
const (
	MaxSummary = 200
	MaxAmount  = 32
)

// MaxName is the longest name of a device, in characters.
const MaxName = 64

// MaxKey is the longest idempotency key, in characters: two UUIDs, and more.
const MaxKey = 128

// ErrMalformed is under every error about an ID or a message that cannot be understood.
var ErrMalformed = errors.New("malformed")

// A MartID names a store: 1 to 64 printable characters without spaces, none of which a proxy may
// change in the path of a URL.
type MartID string

// An OrderID is the number that staff call out, such as "20240727-0001": 1 to 64 printable
// characters without spaces. It is no identity: a shop's counter may begin again each day, and two
// of its terminals may use the same numbers. The ID of an order's event is its identity.
type OrderID string

// An ID is the position of an event in its mart's log, as "milliseconds-sequence", the form of
// the ID of an entry of a Redis stream. The zero ID is before every event.
type ID string

// A Kind says what happened. Accept unknown kinds: servers are updated first.
type Kind string

// The kinds of events.
const (
	Placed    Kind = "order"  // an order was paid for and now rings
	Acked     Kind = "ack"    // a person confirmed it: it rings no more
	Cancelled Kind = "cancel" // its publisher has withdrawn it: it rings no more, and staff are told
	Reopened  Kind = "reopen" // a person has taken the confirmation back: it rings again
	// Escalated: nobody answers it, or no device was there for it, and people outside of the store were told.
	Escalated Kind = "escalate"
	// Tested: an administrator tests the alarm. It is about no order: Order and Of are empty.
	Tested Kind = "test"
)

// A Placement is what a publisher says of an order: that it was placed, or that it is withdrawn.
// It is not recorded yet.
type Placement struct {
	Mart  MartID
	Order OrderID // of a withdrawal it may be empty if there is a Key
	// Key is the publisher's own name for this one order, if it has one: 1 to MaxKey printable
	// characters. Two placements with the same Key are the same order, two with different ones are
	// not.
	Key       string
	Cancelled bool   // the order is withdrawn
	Way       string // by which it came in, such as "topic"; whoever takes it in sets it
	Details
}

// Details are what a publisher may add to the number of an order. Each may be zero.
type Details struct {
	Summary  string    // what was ordered: one line of at most MaxSummary characters
	Amount   string    // what was paid, as the publisher writes it: at most MaxAmount characters
	PlacedAt time.Time // when it was placed, by the publisher's clock; UTC
}

// An Event is one thing that happened to one order, or a test of the alarm.
// Events are values: copy them freely, never modify one that was published.
type Event struct {
	ID    ID
	Mart  MartID
	Order OrderID
	Kind  Kind
	At    time.Time // when it was recorded, by the log's clock
	Key   string    // of a Placed event: that of its Placement, as the next
	Way   string

	Details          // of a Placed event
	Confirmed bool   // of a Placed event that is replayed: it is open no more
	Of        ID     // of every other event: the ID of the Placed event; empty if that is not known
	By        string // of an Acked or Reopened event: the name of the device on which a person did it; of a Tested one, the holder of the token
}

// A Page is a part of one mart's log, in its order.
type Page struct {
	Events []Event
	Last   ID   // what follows this is not on the page; zero: a Gap, and the log is empty
	More   bool // more events follow
	// Gap means that the log does not reach back to the ID that was asked for: events may be
	// missing before the first one here. Oldest is the first event that the log has.
	Gap    bool
	Oldest ID
}
