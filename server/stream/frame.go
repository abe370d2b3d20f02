package stream

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/tmaxmax/go-sse"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// heartbeatFrame is a comment: devices count its bytes and show nothing.
var heartbeatFrame = []byte(":\n\n")

// OrderFrame is the event called name that announces e, as every device gets it.
// Its error is about name: one that cannot stand in a stream.
func OrderFrame(name string, e order.Event) ([]byte, error) {
	kind, err := sse.NewType(name)
	if err != nil {
		return nil, fmt.Errorf("event name: %w", err)
	}
	id, err := sse.NewID(string(e.ID))
	if err != nil {
		return nil, fmt.Errorf("event ID: %w", err)
	}
	return encode(&sse.Message{ID: id, Type: kind}, wire.OrderOf(e))
}

func connectFrame(retry time.Duration) []byte {
	m := &sse.Message{Type: sse.Type(wire.ConnectEvent), Retry: retry}
	m.AppendData(wire.Connected)
	frame, _ := m.MarshalText() // writing to memory does not fail
	return frame
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

// frames writes frames to one device: each at once, as one write, with its own deadline.
type frames struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	latest  time.Time // no deadline is later than this; zero: no limit
}

func newFrames(w http.ResponseWriter, timeout time.Duration) *frames {
	return &frames{w: w, control: http.NewResponseController(w), timeout: timeout}
}

// hurry has everything from now on written within d, all together.
func (f *frames) hurry(d time.Duration) { f.latest = time.Now().Add(d) }

// write sends a frame, and fails when the device does not take it in time. Then the
// stream is at its end.
func (f *frames) write(frame []byte) error {
	deadline := time.Now().Add(f.timeout)
	if !f.latest.IsZero() && f.latest.Before(deadline) {
		deadline = f.latest
	}
	if err := f.control.SetWriteDeadline(deadline); err != nil {
		return err
	}
	if _, err := f.w.Write(frame); err != nil {
		return err
	}
	if err := f.control.Flush(); err != nil {
		return err
	}
	if !f.latest.IsZero() {
		return nil // what net/http writes after us must not wait for a stuck device either
	}
	// HTTP/2 would reset a quiet stream whose deadline has passed.
	return f.control.SetWriteDeadline(time.Time{})
}
