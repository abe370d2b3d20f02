package follow

import (
	"fmt"
	"strings"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
)

// A message announces an event on its mart's channel: "prev id entry". With "-" for prev the event is
// not in the log: it is about an order that the log has lost, and has no ID.
type message struct {
	prev, at eventlog.Position // of the event before it, and of the event
	event    order.Event
	unlogged bool
}

// parseMessage reads a message from the channel of mart.
// Its errors wrap order.ErrMalformed.
func parseMessage(mart order.MartID, payload string) (message, error) {
	if len(payload) > eventlog.MaxEntry {
		return message{}, fmt.Errorf("message has %d bytes: %w", len(payload), order.ErrMalformed)
	}
	prev, rest, _ := strings.Cut(payload, " ")
	id, body, found := strings.Cut(rest, " ")
	if !found {
		return message{}, fmt.Errorf("message has fewer than three parts: %w", order.ErrMalformed)
	}
	if prev == "-" {
		return parseUnlogged(mart, id, body)
	}
	before, ok := eventlog.ParsePosition(prev)
	if !ok || !before.IsEventID() {
		return message{}, fmt.Errorf("%.50q is not the ID of an event: %w", prev, order.ErrMalformed)
	}
	event, err := eventlog.ParseEntry(mart, id, body)
	if err != nil {
		return message{}, err
	}
	at, _ := eventlog.ParsePosition(id) // ParseEntry has taken it
	return message{prev: before, at: at, event: event}, nil
}

// parseUnlogged reads an event that is not in the log; id says when it happened.
func parseUnlogged(mart order.MartID, id, body string) (message, error) {
	event, err := eventlog.ParseEntry(mart, id, body)
	event.ID = ""
	return message{event: event, unlogged: true}, err
}
