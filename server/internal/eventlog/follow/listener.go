package follow

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A listener receives channels over one connection, and knows whether they really arrive.
//
// Callers only set which channels are wanted. One goroutine a session sends the commands to
// Redis, so that commands about one channel never overtake each other.
type listener struct {
	client  redis.UniversalClient
	connect connect
	sharded bool          // its channels belong to the slots of a Cluster
	changed chan struct{} // holds one: several changes are sent together

	mu        sync.Mutex
	channels  map[string]*subscription
	dirty     map[string]bool // channels whose subscription may differ from what is wanted
	confirmed []*source       // subscribed, and not caught up yet
	err       error           // why nothing arrives; nil: a probe arrived within silenceTimeout
	since     time.Time       // when a probe arrived last
	reported  bool            // whether onOutage was called in this outage
	works     bool            // a probe has arrived at some time
}

// A handler handles what a listener receives, on one goroutine a listener. An error ends the
// session: messages may have been missed.
type handler interface {
	// onMessage handles a message of s.
	onMessage(ctx context.Context, s *source, payload string) error
	// catchUp reads what was published on sources while they were not received, and calls
	// done with each that is complete.
	catchUp(ctx context.Context, sources []*source, done func(*source)) error
	// onOutage is called when s has not been received for outageAfter.
	onOutage(s *source)
}

// newListener returns a listener. err is what ready returns until the first probe arrives.
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
		s.heard.setShut()
		l.touch(s.channel)
		l.forget(s.channel, sub)
	}
}

// touch marks channel as changed. The caller holds the lock.
func (l *listener) touch(channel string) {
	l.dirty[channel] = true
	notify(l.changed)
}

func notify(changed chan struct{}) {
	select {
	case changed <- struct{}{}:
	default:
	}
}

// forgetSession forgets which commands were sent and confirmed: the connection has ended,
// and the next one starts from what is wanted.
func (l *listener) forgetSession(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.confirmed = err, nil
	for channel, sub := range l.channels {
		sub.asked, sub.pending, sub.leaving = nil, 0, 0
		if sub.wanted != nil {
			sub.wanted.heard.setShut()
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

// any returns one of the channels that are wanted, or "".
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

// ready returns why nothing arrives; nil means that a probe arrived within silenceTimeout.
func (l *listener) ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// isLate reports whether no probe arrived within d, or ever.
func (l *listener) isLate(d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.works || time.Since(l.since) > d
}

// onEcho is called when a probe arrives.
func (l *listener) onEcho() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.since, l.reported, l.works = nil, time.Now(), false, true
}

// outageBegan reports, once an outage, whether nothing has arrived for outageAfter.
func (l *listener) outageBegan() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reported || time.Since(l.since) < outageAfter {
		return false
	}
	l.reported = true
	return true
}
