// Package door lets connections in, and serves requests for streams as soon as they are in.
//
// A device asks for its stream in the first bytes of a connection, and the connection has
// no other use then. So such a one never meets net/http: its request is read and served by
// a few goroutines, which are there already, and its descriptor goes on as it is. All
// other connections are handed to net/http with what was read of them. Those that have said
// nothing yet wait in the porch, and requests for which there is no worker in the queue.
package door

import (
	"errors"
	"log/slog"
	"net/http"
	"time"
)

// ErrUnsupported says that there is no door on this system, or for this listener, which is
// as it was: net/http takes all connections.
var ErrUnsupported = errors.New("connections of this kind are let in by net/http")

const (
	// maxHead is the longest head of a request that is looked at: several times what devices
	// send, and little enough to wait in the queue. Longer ones are for net/http.
	maxHead = 4 << 10
	// workers are how many requests are served at the same time: most of them wait for an
	// answer of Redis, which they share. One that takes long does not count: another takes
	// its place. So their number is bounded by that of connections, and in practice by what
	// a Redis that hangs keeps waiting: a thousand, at some kilobytes each.
	workers = 64
	// slow is a request that takes several times what one does in a storm.
	slow = 200 * time.Millisecond
	// waitAtMost is how many requests may wait for a worker, most of less than a kilobyte: all
	// the devices of a pod that come together. Others are told to come again.
	waitAtMost = 1 << 15
	// tooLong has a request waited that is refused instead of served: Redis hangs, and the
	// workers with it, and to have all that wait learn it one after another took minutes.
	tooLong = 3 * time.Second
)

// Options are what a Door needs; all of them.
type Options struct {
	// Streams serves requests whose path begins with Prefix and ends with Suffix. Its
	// ResponseWriter can be hijacked: the connection is a *Conn.
	Streams        http.Handler
	Prefix, Suffix string
	// Full answers a request for a stream when too many wait already, or it has waited too
	// long. It does not block.
	Full func(http.ResponseWriter)
	Log  *slog.Logger
}
