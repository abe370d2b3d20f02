package follow

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A listener hears channels over one connection, and says honestly whether it does.
//
// Callers only say which channels they want; one goroutine a session tells Redis, so
// that commands about one channel can never overtake each other.
type listener struct {
	client  redis.UniversalClient
	connect connect
	sharded bool          // its channels belong to the slots of a Cluster
	changed chan struct{} // room for one: several changes are one reason to look

	mu        sync.Mutex
	channels  map[string]*subscription
	dirty     map[string]bool // channels whose subscription may differ from what is wanted
	confirmed []*source       // subscribed, and not caught up yet
	err       error           // why nothing is heard; nil: heard within deafAfter
	since     time.Time       // when something was heard last
	told      bool            // that nothing was heard for so long that devices must go elsewhere
}

// An ear takes what a listener hears, on one goroutine a listener. An error ends the
// session: it says that something may have been missed.
type ear interface {
	// take takes a message of a source.
	take(ctx context.Context, s *source, payload string) error
	// catchUp takes what sources had to say while they were not heard, and calls done
	// with each that has nothing more to say.
	catchUp(ctx context.Context, sources []*source, done func(*source)) error
	// lose is told that a source has not been heard for a long time.
	lose(s *source)
}

// newListener makes a listener; err is why it hears nothing yet, nil if that is no
// reason to worry.
func newListener(client redis.UniversalClient, connect connect, err error) *listener {
	l := &listener{client: client, connect: connect, changed: make(chan struct{}, 1), err: err, since: time.Now()}
	l.channels, l.dirty = make(map[string]*subscription), make(map[string]bool)
	return l
}

func (l *listener) want(s *source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sub := l.channels[s.channel]
	if sub == nil {
		sub = &subscription{}
		l.channels[s.channel] = sub
	}
	sub.wanted = s
	l.touch(s.channel)
}

func (l *listener) unwant(s *source) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if sub := l.channels[s.channel]; sub != nil && sub.wanted == s {
		sub.wanted = nil
		s.heard.shut()
		l.touch(s.channel)
		l.forget(s.channel, sub)
	}
}

// touch has channel looked at. The caller holds the lock.
func (l *listener) touch(channel string) {
	l.dirty[channel] = true
	poke(l.changed)
}

func poke(changed chan struct{}) {
	select {
	case changed <- struct{}{}:
	default:
	}
}

// forgetSession forgets what Redis was told and has confirmed: the connection is gone,
// and the next one starts from what is wanted.
func (l *listener) forgetSession(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.confirmed = err, nil
	for channel, sub := range l.channels {
		sub.asked, sub.pending, sub.leaving = nil, 0, 0
		if sub.wanted != nil {
			sub.wanted.heard.shut()
		}
		l.dirty[channel] = true
	}
}

// wanted returns all channels that are wanted.
func (l *listener) wanted() []*source {
	l.mu.Lock()
	defer l.mu.Unlock()
	wanted := make([]*source, 0, len(l.channels))
	for _, sub := range l.channels {
		if sub.wanted != nil {
			wanted = append(wanted, sub.wanted)
		}
	}
	return wanted
}

// any returns one of the channels that are wanted, or nothing.
func (l *listener) any() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for channel, sub := range l.channels {
		if sub.wanted != nil {
			return channel
		}
	}
	return ""
}

// ready says why nothing is heard; nil means that we heard ourselves within deafAfter.
func (l *listener) ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// echoed takes the echo of a probe.
func (l *listener) echoed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.since, l.told = nil, time.Now(), false
}

// gone says, once an outage, that nothing has been heard for goneAfter.
func (l *listener) gone() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.told || time.Since(l.since) < goneAfter {
		return false
	}
	l.told = true
	return true
}
