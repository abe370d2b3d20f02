package client

import (
	"fmt"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxID is the longest event ID that is sent back. Those of our server have 20 characters.
const maxID = 128

// An eventHandler hands events to the Client, from a stream and from polls.
type eventHandler struct {
	*reader
	skipped int // malformed events, and events of other marts
}

// take handles one event that came with this ID, or with none. It skips events of a kind that
// it does not know: servers are updated first.
func (t *eventHandler) take(name string, id order.ID, data string) {
	if name == wire.GapEvent {
		t.Gap()
		return
	}
	e, err := t.parse(name, string(id), data)
	if err != nil {
		// Logged once: a broken server must not fill the disk with logs.
		if t.skipped++; t.skipped == 1 {
			t.Log.Warn("event skipped", "mart", t.Mart, "id", line(string(id)), "err", err)
		}
		return
	}
	if !fitsHeader(e.ID) {
		e.ID = ""
	}
	if e.Kind != "" {
		t.Event(e)
	}
}

// parse reads the data of an event. An event of an unknown kind is the zero event.
func (t *eventHandler) parse(name, id, data string) (order.Event, error) {
	switch name {
	case wire.OrderEvent:
		e, err := wire.ParseOrder(id, data)
		if err == nil && e.Mart != t.Mart {
			err = fmt.Errorf("order of mart %q among those of another", e.Mart)
		}
		return e, err
	}
	if wire.IsChange(name) {
		return wire.ParseChange(name, t.Mart, id, data)
	}
	return order.Event{}, nil
}

// fitsHeader reports whether id can be sent in a header. With other characters every request
// would fail.
func fitsHeader(id order.ID) bool { return len(id) <= maxID && visible(string(id)) }

// visible reports whether s is not empty and has only visible ASCII characters.
func visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}
