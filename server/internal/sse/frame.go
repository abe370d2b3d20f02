package sse

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
//
// It writes what go-sse would, which takes several copies of every order.
func EventFrame(name string, e order.Event) (wire.Frame, error) {
	called, is := called(name, e.Kind)
	if !is {
		return wire.Frame{ID: e.ID}, nil
	}
	if _, err := sse.NewType(called); err != nil {
		return wire.Frame{}, fmt.Errorf("event name: %w", err)
	}
	if _, err := sse.NewID(string(e.ID)); err != nil {
		return wire.Frame{}, fmt.Errorf("event ID: %w", err)
	}
	text := make([]byte, 0, fieldsAtMost+len(called)+sizeOf(e))
	text = append(append(text, "id: "...), e.ID...)
	text = append(append(text, "\nevent: "...), called...)
	text, err := appendData(append(text, "\ndata: "...), e)
	if err != nil {
		return wire.Frame{}, err
	}
	return wire.Frame{ID: e.ID, Text: append(text, "\n\n"...)}, nil
}

// fieldsAtMost is what stands in a frame around the texts of its event: names, quotes and
// times. A frame with more, since something is escaped, costs one copy.
const fieldsAtMost = 240

func sizeOf(e order.Event) int {
	return len(e.ID) + len(e.Mart) + 2*len(e.Order) + len(e.Summary) + len(e.Amount) + len(e.By)
}

// called is the name of the event by which devices are told of what happened; is says
// whether there is one.
func called(name string, what order.Kind) (_ string, is bool) {
	switch what {
	case order.Placed:
		return name, true
	case order.Acked:
		return wire.AckEvent, true
	}
	return "", false
}

// appendData appends what devices are told of e, which is of a kind that has a name.
func appendData(b []byte, e order.Event) (_ []byte, err error) {
	if e.Kind == order.Acked {
		b, err = wire.AckOf(e).AppendJSON(b)
	} else {
		b, err = wire.OrderOf(e).AppendJSON(b)
	}
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return b, nil
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
