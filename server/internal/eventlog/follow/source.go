package follow

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/eventlog"
	"jumun/shared/order"
)

// A source is a channel that somebody wants to hear: a mart's, or a topic.
//
// On a Cluster it may move from one node's listener to another's, and what is known of
// it moves along: each event is delivered once, whichever of them hears it.
type source struct {
	channel string
	mart    order.MartID // empty for a topic
	heard   gate         // open while everything published reaches us
	gone    atomic.Bool  // nobody wants it any more

	// mu is held while something is delivered, so that a mart's events come one at a
	// time. Nobody may wait for it who is called while something is delivered.
	mu      sync.Mutex
	at      eventlog.Position // the last event delivered, or where the log's head stood before
	doubted int64             // when the log was asked about a repeat last, in Unix nanoseconds
	known   bool              // at means something
	broken  bool              // the log no longer held at, and nobody was told yet
	suspect bool              // a repeat came, and nothing has said since that the log holds at

	home *listener // who hears it; guarded by shards.mu
}

// newSource keeps mart as a piece of its channel's name: that of a request would keep
// all of the request's path.
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
	return s.at, s.known && !s.broken && !s.suspect && !s.gone.Load()
}

// position returns how far the source was delivered; known is false if nothing was yet.
func (s *source) position() (at eventlog.Position, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.known
}

// doubtEvery keeps a flood of repeats from becoming a flood of reads.
const doubtEvery = time.Second

// doubt says whether it is time to ask the log if at is in it. A repeat gives reason to:
// an event that looks old is new if a stranger published one from the future, or if the
// log began anew by a slower clock. The caller holds the lock.
func (s *source) doubt() bool {
	s.suspect = true
	now := time.Now().UnixNano()
	if since := time.Duration(now - s.doubted); since >= 0 && since < doubtEvery {
		return false
	}
	s.doubted = now
	return true
}

// A gate is open or shut. The zero value is shut.
type gate struct {
	mu     sync.Mutex
	open   bool
	lifted chan struct{} // closed when the gate opens; nil unless somebody waits for it
}

// wait says whether the gate is open, and returns a channel that is closed once it is.
func (g *gate) wait() (open bool, lifted <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.open && g.lifted == nil {
		g.lifted = make(chan struct{})
	}
	return g.open, g.lifted
}

func (g *gate) lift() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open = true; g.lifted != nil {
		close(g.lifted)
		g.lifted = nil
	}
}

func (g *gate) isOpen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

// shut has whoever waits go on waiting.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = false
}
