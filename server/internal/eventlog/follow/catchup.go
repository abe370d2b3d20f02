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
	// maxMarts are read in one round trip, and maxEvents of each: at a few hundred bytes an
	// event, an answer has a few MB at most.
	maxMarts  = 200
	maxEvents = 64
)

// A reader handles the messages of marts: it delivers each mart's events in the order of its
// log, each once, and reads from the log what the messages leave out.
type reader struct {
	client  redis.UniversalClient
	deliver func(order.Event)
	lost    func(order.MartID)
	log     *slog.Logger
	events  *eventlog.Log
}

// onMessage delivers the event in a message, if it is the next one. If events before it are
// missing, it reads the log.
func (r *reader) onMessage(ctx context.Context, s *source, payload string) error {
	m, err := parseMessage(s.mart, payload)
	if err != nil {
		r.events.SkipMessage(s.mart, err)
		return nil
	}
	if m.unlogged {
		r.deliver(m.event)
		return nil
	}
	if r.deliverNext(s, m) {
		return nil
	}
	return r.catchUp(ctx, []*source{s}, func(*source) {})
}

// deliverNext returns false if the log must be read.
func (r *reader) deliverNext(s *source, m message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.known: // not caught up: the log has what is announced meanwhile
		return true
	case m.at.Compare(s.at) <= 0: // a repeat, or overtaken
		return !s.shouldVerify()
	case m.prev != s.at:
		return false
	}
	s.at, s.suspect = m.at, false
	r.emit(s, m.event)
	return true
}

// emit delivers e. The caller holds the lock of s.
func (r *reader) emit(s *source, e order.Event) {
	if !s.dropped.Load() {
		r.deliver(e)
	}
}

func (r *reader) onOutage(s *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dropped.Load() {
		r.lost(s.mart)
	}
}

// catchUp reads what the logs of sources have after what was delivered.
func (r *reader) catchUp(ctx context.Context, sources []*source, done func(*source)) error {
	for len(sources) > 0 {
		n := min(maxMarts, len(sources))
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
	reads := make([]logRead, len(sources))
	for i, s := range sources {
		reads[i] = request(ctx, pipe, s)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, s := range sources {
		entries, err := reads[i].entries()
		if err != nil {
			return nil, err
		}
		if r.apply(s, reads[i], entries) {
			more = append(more, s)
		} else {
			done(s)
		}
	}
	return more, nil
}

// A logRead is a request to one mart's log: for the entries at and after an ID, or for the
// newest entry if no position was known.
type logRead struct {
	answer *redis.XMessageSliceCmd
	at     eventlog.Position
	known  bool
}

func request(ctx context.Context, pipe redis.Pipeliner, s *source) logRead {
	at, known := s.position()
	if !known {
		return logRead{answer: pipe.XRevRangeN(ctx, eventlog.LogKey(s.mart), "+", "-", 1)}
	}
	// From at itself: if it is there, nothing is missing before what follows.
	return logRead{pipe.XRangeN(ctx, eventlog.LogKey(s.mart), string(at.ID()), "+", maxEvents), at, true}
}

// entries returns the answer. A key that is no log at all is as good as an empty one:
// failing over it would leave every other mart unheard.
func (s logRead) entries() ([]redis.XMessage, error) {
	entries, err := s.answer.Result()
	if err != nil && strings.HasPrefix(err.Error(), "WRONGTYPE") {
		return nil, nil
	}
	return entries, err
}

// apply delivers what was read, and reports whether to read on.
func (r *reader) apply(s *source, read logRead, entries []redis.XMessage) (more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dropped.Load() {
		return false
	}
	if !read.known {
		r.startAt(s, head(entries))
		return false
	}
	s.suspect = s.suspect && s.at != read.at
	for _, e := range entries {
		r.applyEntry(s, e)
	}
	if !eventlog.Bridged(read.at.ID(), entries) {
		r.log.Warn("the log of a mart no longer holds what was delivered: events may be missing", "mart", s.mart, "after", read.at.ID())
		if len(entries) == 0 { // it lost its end, or was deleted: start at its end now
			s.known, s.broken = false, true
			return true
		}
		r.lost(s.mart)
	}
	return len(entries) == maxEvents && s.at != read.at
}

// startAt sets the position of s to at, unless another listener was faster and delivers from
// there already. It sets at before it calls lost: a caller of Page must not miss what is
// recorded meanwhile. The caller holds the lock.
func (r *reader) startAt(s *source, at eventlog.Position) {
	if s.known {
		return
	}
	s.at, s.known, s.suspect = at, true, false
	if s.broken {
		s.broken = false
		r.lost(s.mart)
	}
}

// applyEntry delivers e if it is new. An entry that cannot be read is skipped: it must not
// stop its mart.
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
	r.emit(s, event)
}

// head returns where the last entry stands: the eventlog.Beginning, if there is none.
func head(entries []redis.XMessage) (at eventlog.Position) {
	if len(entries) > 0 {
		at, _ = eventlog.ParsePosition(entries[0].ID)
	}
	return at
}
