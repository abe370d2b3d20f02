// Package order has the nouns of jumun: marts, their orders, and what happened to them.
package order

import (
	"errors"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxIDLength is the longest mart or order ID, in characters: longer ones do not fit
// on a popup, and nobody calls them out across a counter.
const MaxIDLength = 64

// ErrMalformed is under every error about an ID or a message that cannot be understood.
var ErrMalformed = errors.New("malformed")

// A MartID names a store: 1 to 64 printable characters without spaces.
type MartID string

// An OrderID is what staff call out, such as "20240727-0001": 1 to 64 printable
// characters without spaces, unique within its mart.
type OrderID string

// An ID says where an event stands in its mart's log, as "milliseconds-sequence",
// the form of a Redis stream entry's ID. The zero ID is before every event.
type ID string

// A Kind says what happened. Accept unknown kinds: servers are updated first.
type Kind string

// Placed is the kind of an order that was paid for and now rings.
const Placed Kind = "order"

// A Placement is an order as its publisher announces it: not recorded yet.
type Placement struct {
	Mart  MartID
	Order OrderID
}

// An Event is one thing that happened to one order.
// Events are values: copy them freely, never change one that was published.
type Event struct {
	ID    ID
	Mart  MartID
	Order OrderID
	Kind  Kind
	At    time.Time // when it was recorded, by the log's clock
}

// ParseMartID takes s as a mart's ID. Its errors wrap ErrMalformed.
func ParseMartID(s string) (MartID, error) {
	return MartID(s), check("mart ID", s)
}

// ParseOrderID takes s as an order's ID. Its errors wrap ErrMalformed.
func ParseOrderID(s string) (OrderID, error) {
	return OrderID(s), check("order ID", s)
}

func check(what, s string) error {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return fmt.Errorf("%s is empty: %w", what, ErrMalformed)
	case n > MaxIDLength:
		return fmt.Errorf("%s has %d characters, at most %d are allowed: %w", what, n, MaxIDLength, ErrMalformed)
	case s == "." || s == "..":
		// They would be taken for steps in the path of a URL.
		return fmt.Errorf("%s %q cannot stand in a URL: %w", what, s, ErrMalformed)
	}
	for i, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) || unicode.IsSpace(r) {
			return fmt.Errorf("%s has a character that cannot be printed, or a space, at byte %d: %w", what, i, ErrMalformed)
		}
	}
	return nil
}
