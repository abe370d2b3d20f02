// Package order has the nouns of jumun: marts, orders, and events.
package order

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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

// ErrMalformed is under every error about an ID or a message that cannot be understood.
var ErrMalformed = errors.New("malformed")

// A MartID names a store: 1 to 64 printable characters without spaces.
type MartID string

// An OrderID is the number that staff call out, such as "20240727-0001": 1 to 64 printable
// characters without spaces, unique within its mart.
type OrderID string

// An ID is the position of an event in its mart's log, as "milliseconds-sequence", the form of
// the ID of an entry of a Redis stream. The zero ID is before every event.
type ID string

// A Kind says what happened. Accept unknown kinds: servers are updated first.
type Kind string

// The kinds of events.
const (
	Placed Kind = "order" // an order was paid for and now rings
	Acked  Kind = "ack"   // a person confirmed it: it rings no more
)

// A Placement is an order as its publisher announces it. It is not recorded yet.
type Placement struct {
	Mart  MartID
	Order OrderID
	Details
}

// Details are what a publisher may add to the number of an order. Each may be zero.
type Details struct {
	Summary  string    // what was ordered: one line of at most MaxSummary characters
	Amount   string    // what was paid, as the publisher writes it: at most MaxAmount characters
	PlacedAt time.Time // when it was placed, by the publisher's clock; UTC
}

// An Event is one thing that happened to one order.
// Events are values: copy them freely, never modify one that was published.
type Event struct {
	ID    ID
	Mart  MartID
	Order OrderID
	Kind  Kind
	At    time.Time // when it was recorded, by the log's clock

	Details          // of a Placed event
	Confirmed bool   // of a Placed event that is replayed: somebody has confirmed it since
	By        string // of an Acked event: the name of the device on which it was confirmed
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

// ParseMartID returns s as a mart's ID. Its errors wrap ErrMalformed.
func ParseMartID(s string) (MartID, error) {
	return MartID(s), check("mart ID", s)
}

// ParseOrderID returns s as an order's ID. Its errors wrap ErrMalformed.
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
		// In the path of a URL these are steps.
		return fmt.Errorf("%s %q cannot stand in a URL: %w", what, s, ErrMalformed)
	}
	for i, r := range s {
		if r == utf8.RuneError || !unicode.IsPrint(r) || unicode.IsSpace(r) {
			return fmt.Errorf("%s has a character that cannot be printed, or a space, at byte %d: %w", what, i, ErrMalformed)
		}
	}
	return nil
}

// Line returns s as one printable line of at most limit characters.
func Line(s string, limit int) string {
	if isLine(s, limit) { // nearly everything is
		return s
	}
	s = strings.Join(strings.FieldsFunc(s, breaks), " ")
	if runes := []rune(s); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return s
}

// breaks reports whether r separates words, as a space does.
func breaks(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == utf8.RuneError
}

// isLine reports whether s is at most limit characters long, has one space between words, and
// none at its ends.
func isLine(s string, limit int) bool {
	was, length := ' ', 0
	for _, r := range s {
		if r == ' ' && was == ' ' || r != ' ' && breaks(r) {
			return false
		}
		was, length = r, length+1
	}
	return length <= limit && (was != ' ' || s == "")
}
