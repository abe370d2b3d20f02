package stream

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Heartbeat is a comment: devices count its bytes and show nothing. Nobody may change it.
var Heartbeat = []byte(":\n\n")

// EventFrame is e as every stream carries it; name is what the event is called that
// announces an order. An event of a kind that only newer servers know has no Text: there
// is nothing to send. Its errors are about name, if it cannot stand in a stream, and
// about what JSON cannot hold.
func EventFrame(name string, e order.Event) (wire.Frame, error) {
	called, data := say(name, e)
	if data == nil {
		return wire.Frame{ID: e.ID}, nil
	}
	kind, err := sse.NewType(called)
	if err != nil {
		return wire.Frame{}, fmt.Errorf("event name: %w", err)
	}
	id, err := sse.NewID(string(e.ID))
	if err != nil {
		return wire.Frame{}, fmt.Errorf("event ID: %w", err)
	}
	text, err := encode(&sse.Message{ID: id, Type: kind}, data)
	if err != nil {
		return wire.Frame{}, err
	}
	return wire.Frame{ID: e.ID, Text: text}, nil
}

// say is what devices are told of e: the name of an event, and its data; nil: nothing.
func say(name string, e order.Event) (called string, data any) {
	switch e.Kind {
	case order.Placed:
		return name, wire.OrderOf(e)
	case order.Acked:
		return wire.AckEvent, wire.AckOf(e)
	}
	return "", nil
}

// connectFrame begins a stream; without an ID it leaves the device the one it has.
func connectFrame(id order.ID, retry time.Duration) []byte {
	m := &sse.Message{Type: sse.Type(wire.ConnectEvent), Retry: retry}
	if id != "" {
		m.ID = sse.ID(string(id))
	}
	m.AppendData(wire.Connected)
	frame, _ := m.MarshalText() // writing to memory does not fail
	return frame
}

// gapFrame says that the log does not know after. Its ID is empty, not left out: the
// device has to forget the one it has.
func gapFrame(after, oldest order.ID) []byte {
	frame, _ := encode(&sse.Message{ID: sse.ID(""), Type: sse.Type(wire.GapEvent)}, gapOf(after, oldest))
	return frame
}

func gapOf(after, oldest order.ID) wire.Gap {
	if after == nowhere { // what is no ID is not worth repeating
		after = ""
	}
	return wire.Gap{After: after, Oldest: oldest}
}

func byeFrame(reason string, retry time.Duration) []byte {
	frame, _ := encode(&sse.Message{Type: sse.Type(wire.ByeEvent)}, wire.Bye{Reason: reason, RetryMs: retry.Milliseconds()})
	return frame
}

func encode(m *sse.Message, data any) ([]byte, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	m.AppendData(string(body))
	return m.MarshalText()
}
