package client

import (
	"fmt"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxID is the longest event ID sent back. Ours have 20 characters.
const maxID = 128

// A taker hands events over, whichever way they came.
type taker struct {
	*reader
	passedOver int // malformed events, and those of other marts
}

// take handles one event that came with this ID, or with none.
// Events it does not know are passed over: servers are updated first.
func (t *taker) take(name string, id order.ID, data string) {
	if name == wire.GapEvent {
		t.Gap()
		return
	}
	e, err := t.parse(name, string(id), data)
	if err != nil {
		// Once: a server gone wrong must not fill the disk with logs.
		if t.passedOver++; t.passedOver == 1 {
			t.Log.Warn("event passed over", "mart", t.Mart, "id", line(string(id)), "err", err)
		}
		return
	}
	if !canSendBack(e.ID) {
		e.ID = ""
	}
	if e.Kind != "" {
		t.Event(e)
	}
}

// parse reads the data of an event. What nobody knows is the zero event.
func (t *taker) parse(name, id, data string) (order.Event, error) {
	switch name {
	case wire.OrderEvent:
		e, err := wire.ParseOrder(id, data)
		if err == nil && e.Mart != t.Mart {
			err = fmt.Errorf("order of mart %q among those of another", e.Mart)
		}
		return e, err
	case wire.AckEvent:
		return wire.ParseAck(t.Mart, id, data)
	}
	return order.Event{}, nil
}

// canSendBack reports whether id can stand in a header: a request with any other
// characters would fail, for ever.
func canSendBack(id order.ID) bool { return len(id) <= maxID && visible(string(id)) }

// visible reports whether s is something, in visible ASCII characters alone.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
