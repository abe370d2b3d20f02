package orderlog

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"
)

// A listener hears channels over one connection, and says honestly whether it does.
//
// Callers only say which channels they want; one goroutine a session tells Redis, so
// that commands about one channel can never overtake each other.
type listener struct {
	client  redis.UniversalClient
	changed chan struct{} // room for one: several changes are one reason to look

	mu       sync.Mutex
	channels map[string]*subscription
	dirty    map[string]bool // channels whose subscription may differ from what is wanted
	err      error           // why nothing is heard; nil: heard within deafAfter
}

// A subscription is one channel, as wanted and as told to Redis in this session.
type subscription struct {
	wanted    bool
	asked     bool          // the last command about it was to subscribe
	pending   int           // confirmations to come; only the last one counts
	confirmed chan struct{} // closed once Redis has confirmed
}

func newListener(client redis.UniversalClient, channels ...string) *listener {
	l := &listener{client: client, changed: make(chan struct{}, 1), err: errStarting}
	l.channels, l.dirty = make(map[string]*subscription), make(map[string]bool)
	for _, c := range channels {
		l.want(c)
	}
	return l
}

// hears returns once Redis has confirmed channel, which must be wanted, in a session
// that has not ended.
func (l *listener) hears(ctx context.Context, channel string) error {
	select {
	case <-l.confirmation(channel):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("subscribe: %w", cmp.Or(l.ready(), context.Cause(ctx)))
	}
}

// confirmation is closed once channel is heard; one that is not wanted never is.
func (l *listener) confirmation(channel string) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.channels[channel]; s != nil && s.wanted {
		return s.confirmed
	}
	return nil
}

func (l *listener) want(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.channels[channel]
	if s == nil {
		s = &subscription{confirmed: make(chan struct{})}
		l.channels[channel] = s
	}
	s.wanted = true
	l.touch(channel)
}

func (l *listener) unwant(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.channels[channel]; s != nil {
		s.wanted = false
		l.touch(channel)
		l.forget(channel, s)
	}
}

// touch has channel looked at. The caller holds the lock.
func (l *listener) touch(channel string) {
	l.dirty[channel] = true
	select {
	case l.changed <- struct{}{}:
	default:
	}
}

// forgetSession forgets what Redis was told and has confirmed: the connection is gone,
// and the next one starts from what is wanted.
func (l *listener) forgetSession(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
	for channel, s := range l.channels {
		s.asked, s.pending = false, 0
		s.unconfirm()
		l.dirty[channel] = true
	}
}

// changes returns what to tell Redis now, and takes it as told.
func (l *listener) changes() (subscribe, unsubscribe []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for channel := range l.dirty {
		s := l.channels[channel]
		switch {
		case s == nil: // forgotten since
			continue
		case s.wanted && !s.asked:
			s.asked = true
			s.pending++
			subscribe = append(subscribe, channel)
		case !s.wanted && s.asked:
			s.asked = false
			s.unconfirm()
			unsubscribe = append(unsubscribe, channel)
		}
		l.forget(channel, s)
	}
	clear(l.dirty)
	return subscribe, unsubscribe
}

// confirm takes one confirmation that channel is subscribed.
func (l *listener) confirm(channel string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.channels[channel]
	if s == nil || s.pending == 0 {
		return
	}
	s.pending--
	// An earlier confirmation may come after we unsubscribed and subscribed again:
	// between those two commands the channel is not heard.
	if s.asked && s.pending == 0 {
		close(s.confirmed)
	}
	l.forget(channel, s)
}

// forget drops a channel that nobody wants and Redis owes nothing for.
func (l *listener) forget(channel string, s *subscription) {
	if !s.wanted && !s.asked && s.pending == 0 {
		delete(l.channels, channel)
	}
}

func (s *subscription) unconfirm() {
	select {
	case <-s.confirmed:
		s.confirmed = make(chan struct{})
	default: // whoever waits for it goes on waiting
	}
}

// ready says why nothing is heard; nil means that Redis answered within deafAfter.
func (l *listener) ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// answered takes an answer to a ping.
func (l *listener) answered() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = nil
}
