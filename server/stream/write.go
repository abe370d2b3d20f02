package stream

import (
	"net/http"
	"time"
)

// frames writes to one device: each text at once, as one write, with its own deadline.
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

// write sends a text, and fails when the device does not take it in time. Then the
// connection is at its end.
func (f *frames) write(text []byte) error {
	deadline := time.Now().Add(f.timeout)
	if !f.latest.IsZero() && f.latest.Before(deadline) {
		deadline = f.latest
	}
	if err := f.control.SetWriteDeadline(deadline); err != nil {
		return err
	}
	if _, err := f.w.Write(text); err != nil {
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
