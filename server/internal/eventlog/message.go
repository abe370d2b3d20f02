package eventlog

import (
	"encoding/json"
	"fmt"
	"time"

	"jumun/shared/order"
)

// MaxEntry is the longest entry of a log, or message on a channel, that is read, in bytes.
// Ours have a few hundred; anything longer was not written by us.
const MaxEntry = 64 << 10

// An entry is an event as the log and the channels hold it. The log adds the ID, and
// with it the time; the key or channel says which mart.
type entry struct {
	Kind     order.Kind    `json:"kind"`
	Order    order.OrderID `json:"order"`
	Summary  string        `json:"summary,omitempty"`
	Amount   string        `json:"amount,omitempty"`
	PlacedAt string        `json:"placedAt,omitempty"` // RFC 3339
	Key      string        `json:"key,omitempty"`
	Way      string        `json:"way,omitempty"`
	By       string        `json:"by,omitempty"`
	Of       order.ID      `json:"of,omitempty"` // the order's event, of every other kind
}

func encode(e order.Event) (string, error) {
	out := entry{Kind: e.Kind, Order: e.Order, Summary: e.Summary, Amount: e.Amount, Key: e.Key, Way: e.Way, By: e.By}
	if e.Kind == order.Tested {
		out.Order = testNumber
	}
	if !e.PlacedAt.IsZero() {
		out.PlacedAt = e.PlacedAt.Format(time.RFC3339Nano)
	}
	body, err := json.Marshal(out)
	return string(body), err
}

// presentable returns d as a device can show it. An order rings whatever is wrong with its
// details: what is too long is cut, and what cannot be written is left out.
func presentable(d order.Details) order.Details {
	at := d.PlacedAt.UTC().Round(0) // without the reading of this machine's own clock
	if at.Year() < 1 || at.Year() > 9999 {
		at = time.Time{}
	}
	return order.Details{Summary: order.Line(d.Summary, order.MaxSummary), Amount: order.Line(d.Amount, order.MaxAmount), PlacedAt: at}
}

// ParseEntry reads an entry of the log of mart, or the part of an announcement that follows
// the ID. Its errors wrap order.ErrMalformed.
func ParseEntry(mart order.MartID, entryID, body string) (order.Event, error) {
	at, err := parseID(entryID)
	if err != nil {
		return order.Event{}, err
	}
	return parseBody(mart, at, order.ID(entryID), body)
}

// parseID is order.ParseID, but returns numbers.
func parseID(s string) (Position, error) {
	at, ok := ParsePosition(s)
	if !ok || !at.IsEventID() {
		return Position{}, fmt.Errorf("%.50q is not the ID of an event: %w", s, order.ErrMalformed)
	}
	return at, nil
}

func parseBody(mart order.MartID, at Position, id order.ID, body string) (order.Event, error) {
	if len(body) > MaxEntry {
		return order.Event{}, fmt.Errorf("entry has %d bytes: %w", len(body), order.ErrMalformed)
	}
	var e entry
	if json.Unmarshal([]byte(body), &e) != nil || e.Kind == "" {
		return order.Event{}, fmt.Errorf("entry is not JSON as agreed: %w", order.ErrMalformed)
	}
	if _, err := order.ParseOrderID(string(e.Order)); err != nil {
		return order.Event{}, err
	}
	if e.Kind == order.Tested { // it is about no order
		e.Order = ""
	}
	var placedAt time.Time
	if e.PlacedAt != "" {
		placedAt, _ = time.Parse(time.RFC3339, e.PlacedAt)
	}
	return order.Event{
		ID: id, Mart: mart, Order: e.Order, Kind: e.Kind, At: at.Time(), Key: e.Key, Way: e.Way, Of: e.Of, By: order.Line(e.By, order.MaxName),
		Details: presentable(order.Details{Summary: e.Summary, Amount: e.Amount, PlacedAt: placedAt}),
	}, nil
}
