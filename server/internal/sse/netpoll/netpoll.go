// Package netpoll holds connections on which little happens: each takes a descriptor and
// some 70 bytes, and no goroutine.
//
// A Poller takes a connection over from net/http. Frames are written to it as they come, and
// it carries a heartbeat once in a period, and soon after frames: a relay on the way may hold back
// the last piece until the next one comes. Its Handler is told when its deadline has passed,
// and when it is closed.
package netpoll

import (
	"errors"
	"time"
)

// ErrUnsupported means that this system, or a connection of this kind, cannot be held. The
// connection is unchanged.
var ErrUnsupported = errors.New("connections of this kind cannot be parked here")

// Options are what a Poller needs. Every field must be set.
type Options struct {
	Heartbeat     time.Duration // every connection carries Beat once in this time, and once soon after a frame
	Beat          []byte
	WriteTimeout  time.Duration // how long the kernel may take for the frame that waits first
	Queue         int           // frames that may wait for one connection; at least 1
	FinishTimeout time.Duration // how long the frames of Finish may take, all together
	Below         int           // connections get no descriptor from this number on
}

// A Handler is told what happens to its connection. Only the goroutines of Run call it, never
// Add, Send or Finish: the caller of those may hold any lock. The poller holds no lock during
// a call, but other connections wait for it, so a Handler must not block.
type Handler interface {
	// OnDeadline is called once, at most a tick after the deadline given to Add (see New). It
	// usually calls Finish. It may still be called just after OnClose.
	OnDeadline()
	// OnClose is called once, when the connection is closed. That may be before Add returns.
	OnClose(why Reason)
}

// A Reason is why a connection was closed.
type Reason string

// The reasons that OnClose gets.
const (
	Disconnected Reason = "disconnected" // the peer closed the connection, or one direction of it; or Run has ended
	TimedOut     Reason = "timed out"    // a frame waited for WriteTimeout
	Finished     Reason = "finished"     // Finish was called, and all was written or FinishTimeout has passed
)
