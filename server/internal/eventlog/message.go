package eventlog

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"jumun/shared/order"
)

// maxMessage is the longest message taken from a mart's channel, in bytes. Ours have
// a few hundred; anything longer was not written by us.
const maxMessage = 64 << 10

// An entry is an event as the log and the channels hold it. The log adds the ID, and
// with it the time; the key or channel says which mart.
type entry struct {
	Kind     order.Kind    `json:"kind"`
	Order    order.OrderID `json:"order"`
	Summary  string        `json:"summary,omitempty"`
	Amount   string        `json:"amount,omitempty"`
	PlacedAt string        `json:"placedAt,omitempty"` // RFC 3339
	By       string        `json:"by,omitempty"`
}

func encode(e order.Event) (string, error) {
	out := entry{Kind: e.Kind, Order: e.Order, Summary: e.Summary, Amount: e.Amount, By: e.By}
	if !e.PlacedAt.IsZero() {
		out.PlacedAt = e.PlacedAt.Format(time.RFC3339Nano)
	}
	body, err := json.Marshal(out)
	return string(body), err
}

// presentable is d as a device can show it. An order rings whatever is wrong with its
// details: what is too long is cut, and what cannot be written is left out.
func presentable(d order.Details) order.Details {
	at := d.PlacedAt.UTC().Round(0) // without the reading of this machine's own clock
	if at.Year() < 1 || at.Year() > 9999 {
		at = time.Time{}
	}
	return order.Details{Summary: order.Line(d.Summary, order.MaxSummary), Amount: order.Line(d.Amount, order.MaxAmount), PlacedAt: at}
}

// A message announces an event on its mart's channel: "prev id entry".
type message struct {
	prev, at spot // where the event before it stands, and the event
	event    order.Event
}

// parseMessage reads a message from the channel of mart.
// Its errors wrap order.ErrMalformed.
func parseMessage(mart order.MartID, payload string) (message, error) {
	if len(payload) > maxMessage {
		return message{}, fmt.Errorf("message has %d bytes: %w", len(payload), order.ErrMalformed)
	}
	prev, rest, _ := strings.Cut(payload, " ")
	id, body, found := strings.Cut(rest, " ")
	if !found {
		return message{}, fmt.Errorf("message has fewer than three parts: %w", order.ErrMalformed)
	}
	before, err := parseID(prev)
	if err != nil {
		return message{}, err
	}
	at, err := parseID(id)
	if err != nil {
		return message{}, err
	}
	event, err := parseBody(mart, at, order.ID(id), body)
	return message{prev: before, at: at, event: event}, err
}

// parseEntry reads an entry of the log of mart. Its errors wrap order.ErrMalformed.
func parseEntry(mart order.MartID, entryID, body string) (order.Event, error) {
	at, err := parseID(entryID)
	if err != nil {
		return order.Event{}, err
	}
	return parseBody(mart, at, order.ID(entryID), body)
}

func decode(body string) (e entry, ok bool) {
	if e.read(body) {
		return e, true
	}
	var unusual entry
	err := json.Unmarshal([]byte(body), &unusual)
	return unusual, err == nil
}

// parseID is order.ParseID, in numbers.
func parseID(s string) (spot, error) {
	at, ok := parseSpot(s)
	if !ok || !at.isID() {
		return spot{}, fmt.Errorf("%.50q is not the ID of an event: %w", s, order.ErrMalformed)
	}
	return at, nil
}

func parseBody(mart order.MartID, at spot, id order.ID, body string) (order.Event, error) {
	if len(body) > maxMessage {
		return order.Event{}, fmt.Errorf("entry has %d bytes: %w", len(body), order.ErrMalformed)
	}
	e, ok := decode(body)
	if !ok || e.Kind == "" {
		return order.Event{}, fmt.Errorf("entry is not JSON as agreed: %w", order.ErrMalformed)
	}
	if _, err := order.ParseOrderID(string(e.Order)); err != nil {
		return order.Event{}, err
	}
	var placedAt time.Time
	if e.PlacedAt != "" {
		placedAt, _ = time.Parse(time.RFC3339, e.PlacedAt)
	}
	return order.Event{
		ID: id, Mart: mart, Order: e.Order, Kind: e.Kind, At: at.time(), By: order.Line(e.By, order.MaxName),
		Details: presentable(order.Details{Summary: e.Summary, Amount: e.Amount, PlacedAt: placedAt}),
	}, nil
}
