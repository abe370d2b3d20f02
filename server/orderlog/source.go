package orderlog

import (
	"sync"
	"sync/atomic"
	"time"

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
	at      order.ID // the last event delivered, or where the log's head stood before
	known   bool     // at means something
	broken  bool     // the log no longer held at, and nobody was told yet
	doubted time.Time

	home *listener // who hears it; guarded by shards.mu
}

func newSource(mart order.MartID) *source { return &source{channel: channel(mart), mart: mart} }

// position returns how far the source was delivered; known is false if nothing was yet.
func (s *source) position() (at order.ID, known bool) {
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
	if time.Since(s.doubted) < doubtEvery {
		return false
	}
	s.doubted = time.Now()
	return true
}

// A gate is open or shut. The zero value is shut.
type gate struct {
	mu     sync.Mutex
	opened chan struct{} // closed while the gate is open
	open   bool
}

// wait returns a channel that is closed once the gate is open.
func (g *gate) wait() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.channel()
}

func (g *gate) channel() chan struct{} {
	if g.opened == nil {
		g.opened = make(chan struct{})
	}
	return g.opened
}

func (g *gate) lift() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.open {
		g.open = true
		close(g.channel())
	}
}

func (g *gate) lifted() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open { // else whoever waits for it goes on waiting
		g.open, g.opened = false, nil
	}
}
