package client

import (
	"errors"
	"fmt"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// maxID is the longest event ID that is sent back. Those of our server have 20 characters.
const maxID = 128

// An eventHandler hands events to the Client, from a stream and from polls.
type eventHandler struct {
	*reader
	read      []order.Event // not handed over yet
	skipped   int           // malformed events, and events of other marts
	delivered bool          // something was handed over
}

// take reads one event that came with this ID, or with none. It skips events of a kind that it
// does not know: servers are updated first. The caller must call hand after it.
func (t *eventHandler) take(name string, id order.ID, data string) {
	if name == wire.GapEvent {
		t.hand()
		t.Gap()
		t.moveTo("")
		return
	}
	if !fitsHeader(id) {
		id = ""
	}
	if id != "" {
		t.moveTo(id)
	}
	if name == wire.TestEvent {
		t.takeTest(id, data)
		return
	}
	e, err := t.parse(name, string(id), data)
	switch {
	case err != nil:
		t.skip(name, id, err)
	case e.Kind != "":
		t.read = append(t.read, e)
	}
}

// takeTest hands over a test alarm.
func (t *eventHandler) takeTest(id order.ID, data string) {
	test, err := wire.ParseTestAlarm(data)
	if err != nil || id == "" {
		t.skip(wire.TestEvent, id, err)
		return
	}
	t.hand()
	t.Test(id, test.At)
	t.delivered = true
}

// hand hands over what was read.
func (t *eventHandler) hand() {
	if len(t.read) > 0 {
		t.Events(t.read)
		t.read, t.delivered = nil, true
	}
}

// skip passes over an event that cannot be read. If it is an order, people must be told.
func (t *eventHandler) skip(name string, id order.ID, err error) {
	// Logged once: a broken server must not fill the disk with logs.
	if t.skipped++; t.skipped == 1 {
		t.Log.Warn("an event cannot be read and is skipped", "event", name, "mart", t.Mart, "id", id, "err", err)
	}
	if name == wire.OrderEvent && !errors.Is(err, errOtherMartsOrder) {
		t.hand()
		t.Unreadable(id)
	}
}

// parse reads the data of an event. An event of an unknown kind is the zero event.
func (t *eventHandler) parse(name, id, data string) (order.Event, error) {
	switch name {
	case wire.OrderEvent:
		e, err := wire.ParseOrder(id, data)
		if err == nil && e.Mart != t.Mart {
			err = fmt.Errorf("%w: %q", errOtherMartsOrder, e.Mart)
		}
		return e, err
	}
	if wire.IsChange(name) {
		return wire.ParseChange(name, t.Mart, id, data)
	}
	return order.Event{}, nil
}

var errOtherMartsOrder = errors.New("an order of another mart")

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
