package follow

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
)

// A source is a channel that is wanted: that of a mart, or a topic.
//
// On a Cluster a source may move from one node's listener to another's, and takes its
// position along: each event is delivered once, whichever listener receives it.
type source struct {
	channel string
	mart    order.MartID         // empty for a topic
	deliver func(payload []byte) // of Channels only
	heard   gate                 // open while everything published reaches us
	dropped atomic.Bool          // it is no longer wanted

	// mu is held while an event is delivered, so that a mart's events come one at a time.
	// The functions that are called to deliver must not wait for it.
	mu       sync.Mutex
	at       eventlog.Position // the last event delivered, or where the log's head stood before
	verified int64             // when the log was asked about a repeat last, in Unix nanoseconds
	known    bool              // at means something
	broken   bool              // the log no longer held at, and lost was not called yet
	suspect  bool              // a repeat came, and since then nothing has shown that the log holds at

	home *listener // that receives it; guarded by shards.mu
}

// newSource stores mart as a part of its channel's name: the string of a request would keep
// the request's whole path in memory.
func newSource(mart order.MartID) *source {
	s := &source{channel: eventlog.Channel(mart), mart: mart}
	if i := strings.Index(s.channel, string(mart)); i >= 0 { // else it is escaped there
		s.mart = order.MartID(s.channel[i : i+len(mart)])
	} else {
		s.mart = order.MartID(strings.Clone(string(mart)))
	}
	return s
}

// head returns where the source stands, if that can be relied on. The caller does not
// hold the lock.
func (s *source) head() (at eventlog.Position, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.known && !s.broken && !s.suspect && !s.dropped.Load()
}

// position returns how far the source was delivered; known is false if nothing was yet.
func (s *source) position() (at eventlog.Position, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.known
}

// verifyInterval bounds how often repeats cause a read.
const verifyInterval = time.Second

// shouldVerify reports whether the log should be read now to check that it holds at. A repeat
// is the reason: an event that looks old is new if somebody else published one from the
// future, or if the log began anew by a slower clock. The caller holds the lock.
func (s *source) shouldVerify() bool {
	s.suspect = true
	now := time.Now().UnixNano()
	if since := time.Duration(now - s.verified); since >= 0 && since < verifyInterval {
		return false
	}
	s.verified = now
	return true
}

// A gate is open or shut. The zero value is shut.
type gate struct {
	mu     sync.Mutex
	open   bool
	opened chan struct{} // closed when the gate opens; nil unless somebody waits for it
}

// wait reports whether the gate is open, and returns a channel that is closed once it is.
func (g *gate) wait() (open bool, opened <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.open && g.opened == nil {
		g.opened = make(chan struct{})
	}
	return g.open, g.opened
}

func (g *gate) setOpen() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open = true; g.opened != nil {
		close(g.opened)
		g.opened = nil
	}
}

func (g *gate) isOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

// setShut does not affect callers that wait.
func (g *gate) setShut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = false
}
