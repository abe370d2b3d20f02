package sse

import (
	"io"
	"time"
)

// A writer writes to one device: each text at once, in one write, with its own deadline.
type writer struct {
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

func newWriter(w io.Writer, c control, timeout time.Duration) *writer {
	return &writer{w: w, control: c, timeout: timeout}
}

// limit makes everything that is written from now on, all together, fail after d.
func (w *writer) limit(d time.Duration) { w.latest = time.Now().Add(d) }

// write sends a text. It fails if the device does not take it in time; then the connection cannot
// be used any more.
func (w *writer) write(text []byte) error {
	deadline := time.Now().Add(w.timeout)
	if !w.latest.IsZero() && w.latest.Before(deadline) {
		deadline = w.latest
	}
	if err := w.control.SetWriteDeadline(deadline); err != nil {
		return err
	}
	if w.head != nil {
		text, w.head = append(w.head, text...), nil
	}
	if _, err := w.w.Write(text); err != nil {
		return err
	}
	if err := w.control.Flush(); err != nil {
		return err
	}
	if !w.latest.IsZero() {
		return nil // what net/http writes after us must not wait for a stuck device either
	}
	// HTTP/2 would reset a quiet stream whose deadline has passed.
	return w.control.SetWriteDeadline(time.Time{})
}
