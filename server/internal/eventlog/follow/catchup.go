package follow

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

const (
	// martsAtOnce are read in one round trip, and eventsAtOnce of each: at a few hundred
	// bytes an event, an answer has some MB at most.
	martsAtOnce  = 200
	eventsAtOnce = 64
)

// A reader is the ear for marts: it delivers each mart's events in the order of its log,
// each once. What a message does not say, it reads from the log.
type reader struct {
	client  redis.UniversalClient
	deliver func(order.Event)
	lost    func(order.MartID)
	log     *slog.Logger
	events  *eventlog.Log
}

// take delivers a message, if it is the next one. If it comes too early, the log is read.
func (r *reader) take(ctx context.Context, s *source, payload string) error {
	m, err := parseMessage(s.mart, payload)
	if err != nil {
		r.events.SkipMessage(s.mart, err)
		return nil
	}
	if r.takeNext(s, m) {
		return nil
	}
	return r.catchUp(ctx, []*source{s}, func(*source) {})
}

// takeNext is false if the log must be read.
func (r *reader) takeNext(s *source, m message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.known: // not caught up; what is said meanwhile is in the log
		return true
	case m.at.Compare(s.at) <= 0: // a repeat, or overtaken
		return !s.doubt()
	case m.prev != s.at:
		return false
	}
	s.at, s.suspect = m.at, false
	r.hand(s, m.event)
	return true
}

// hand delivers e. The caller holds the source's lock.
func (r *reader) hand(s *source, e order.Event) {
	if !s.gone.Load() {
		r.deliver(e)
	}
}

func (r *reader) lose(s *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.gone.Load() {
		r.lost(s.mart)
	}
}

// catchUp reads what the logs of sources have after what was delivered.
func (r *reader) catchUp(ctx context.Context, sources []*source, done func(*source)) error {
	for len(sources) > 0 {
		n := min(martsAtOnce, len(sources))
		more, err := r.read(ctx, sources[:n], done)
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		sources = append(more, sources[n:]...)
	}
	return nil
}

// read reads a page of each source's log, and returns those that have more.
func (r *reader) read(ctx context.Context, sources []*source, done func(*source)) (more []*source, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisconn.IOTimeout)
	defer cancel()
	pipe := r.client.Pipeline()
	stretches := make([]stretch, len(sources))
	for i, s := range sources {
		stretches[i] = ask(ctx, pipe, s)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, s := range sources {
		entries, err := stretches[i].entries()
		if err != nil {
			return nil, err
		}
		if r.apply(s, stretches[i], entries) {
			more = append(more, s)
		} else {
			done(s)
		}
	}
	return more, nil
}

// A stretch is what was asked about one mart's log: what stands at and after an ID, or
// the head if nothing was known.
type stretch struct {
	answer *redis.XMessageSliceCmd
	at     eventlog.Position
	known  bool
}

func ask(ctx context.Context, pipe redis.Pipeliner, s *source) stretch {
	at, known := s.position()
	if !known {
		return stretch{answer: pipe.XRevRangeN(ctx, eventlog.LogKey(s.mart), "+", "-", 1)}
	}
	// From at itself: if it is there, nothing is missing before what follows.
	return stretch{pipe.XRangeN(ctx, eventlog.LogKey(s.mart), string(at.ID()), "+", eventsAtOnce), at, true}
}

// entries returns the answer. A key that is no log at all is as good as an empty one:
// failing over it would leave every other mart unheard.
func (s stretch) entries() ([]redis.XMessage, error) {
	entries, err := s.answer.Result()
	if err != nil && strings.HasPrefix(err.Error(), "WRONGTYPE") {
		return nil, nil
	}
	return entries, err
}

// apply takes what was read, and says whether to read on.
func (r *reader) apply(s *source, read stretch, entries []redis.XMessage) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone.Load() {
		return false
	}
	if !read.known {
		r.begin(s, head(entries))
		return false
	}
	s.suspect = s.suspect && s.at != read.at
	for _, e := range entries {
		r.applyEntry(s, e)
	}
	if !eventlog.Bridged(read.at.ID(), entries) {
		r.log.Warn("a log no longer holds what was delivered: events may be missing", "mart", s.mart, "after", read.at.ID())
		if len(entries) == 0 { // it lost its tail, or is gone: begin where it ends now
			s.known, s.broken = false, true
			return true
		}
		r.lost(s.mart)
	}
	return len(entries) == eventsAtOnce && s.at != read.at
}

// begin has events delivered that come after at, unless another listener was faster, and
// has gone on from there. Who is told that something is lost, and reads the log, must
// not miss what is recorded meanwhile: so at is known first. The caller holds the lock.
func (r *reader) begin(s *source, at eventlog.Position) {
	if s.known {
		return
	}
	s.at, s.known, s.suspect = at, true, false
	if s.broken {
		s.broken = false
		r.lost(s.mart)
	}
}

// applyEntry delivers e if it is new. One that cannot be read is passed over: it must
// not stop its mart.
func (r *reader) applyEntry(s *source, e redis.XMessage) {
	at, ok := eventlog.ParsePosition(e.ID)
	if !ok || !at.IsEventID() || at.Compare(s.at) <= 0 {
		return
	}
	s.at = at
	body, _ := e.Values["event"].(string)
	event, err := eventlog.ParseEntry(s.mart, e.ID, body)
	if err != nil {
		r.events.SkipEntry(s.mart, e.ID, err)
		return
	}
	r.hand(s, event)
}

// head returns where the last entry stands: the eventlog.Beginning, if there is none.
func head(entries []redis.XMessage) (at eventlog.Position) {
	if len(entries) > 0 {
		at, _ = eventlog.ParsePosition(entries[0].ID)
	}
	return at
}
