package orderlog

import (
	"encoding/json"
	"fmt"
	"strings"

	"jumun/shared/order"
)

// maxMessage is the longest message taken from a mart's channel, in bytes. Ours have
// a few hundred; anything longer was not written by us.
const maxMessage = 64 << 10

// An entry is an event as the log and the channels hold it. The log adds the ID, and
// with it the time; the key or channel says which mart.
type entry struct {
	Kind  order.Kind    `json:"kind"`
	Order order.OrderID `json:"order"`
}

func (e entry) encode() (string, error) {
	body, err := json.Marshal(e)
	return string(body), err
}

// A message announces an event on its mart's channel: "prev id entry".
type message struct {
	prev  order.ID // the event before it in the log; "0-0" if there was none
	event order.Event
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
	before, err := order.ParseID(prev)
	if err != nil {
		return message{}, err
	}
	event, err := parseEntry(mart, id, body)
	return message{prev: before, event: event}, err
}

func parseEntry(mart order.MartID, entryID, body string) (order.Event, error) {
	id, err := order.ParseID(entryID)
	if err != nil {
		return order.Event{}, err
	}
	var e entry
	if json.Unmarshal([]byte(body), &e) != nil || e.Kind == "" {
		return order.Event{}, fmt.Errorf("entry is not JSON as agreed: %w", order.ErrMalformed)
	}
	if _, err := order.ParseOrderID(string(e.Order)); err != nil {
		return order.Event{}, err
	}
	return order.Event{ID: id, Mart: mart, Order: e.Order, Kind: e.Kind, At: id.Time()}, nil
}
