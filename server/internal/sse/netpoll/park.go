// Package netpoll keeps connections on which little happens: a descriptor and some hundred
// bytes each, and no goroutine.
package netpoll

import (
	"errors"
	"time"
)

// ErrUnsupported says that this system, or this connection, cannot be parked. The
// connection is as it was.
var ErrUnsupported = errors.New("connections of this kind cannot be parked here")

// Options are what a Lot needs; all of them.
type Options struct {
	Heartbeat    time.Duration // every connection carries Beat once in so long, whatever else it carries
	Beat         []byte
	WriteTimeout time.Duration // how long a frame may wait, as the first, to be taken by the kernel
	Room         int           // frames that may wait for one connection; at least 1
	Last         time.Duration // what the frames of Finish may take, all together
}

// An Owner is told how its connection does, by the goroutines of Run alone: never from
// within Enter, Send or Finish, so these may be called with any lock held. Nothing of the
// lot is locked then, and other connections wait meanwhile: an Owner does not block.
type Owner interface {
	// Due is called once: the end given to Enter has come, up to a tick ago (see New).
	// The owner calls Finish, usually. A Due that was on its way may follow Over.
	Due()
	// Over is called once: the connection is closed. That may be before Enter returns.
	Over(why Reason)
}

// A Reason says why a connection is over.
type Reason string

// The reasons of Over.
const (
	Gone     Reason = "gone"     // the peer went away, by half or all; or Run has ended
	Stuck    Reason = "stuck"    // a frame waited for WriteTimeout
	Finished Reason = "finished" // Finish was called, and either all was written or Last has passed
)
