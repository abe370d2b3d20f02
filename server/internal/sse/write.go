package sse

import (
	"io"
	"time"
)

// frames writes to one device: each text at once, as one write, with its own deadline.
type frames struct {
	w       io.Writer
	control control
	timeout time.Duration
	latest  time.Time // no deadline is later than this; zero: no limit
	head    []byte    // goes before the first text
}

// A control is what http.ResponseController has for a connection.
type control interface {
	SetWriteDeadline(time.Time) error
	Flush() error
}

func newFrames(w io.Writer, c control, timeout time.Duration) *frames {
	return &frames{w: w, control: c, timeout: timeout}
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
	if f.head != nil {
		text, f.head = append(f.head, text...), nil
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
