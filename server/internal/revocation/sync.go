package revocation

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/wait"
)

const (
	// retryAfter is the pause before the list is read again after an error: Redis may be away
	// for long, and every server reads.
	retryAfter = time.Second
	// readEvery is how often the list is read without a hint: between the nodes of a Cluster a
	// hint may be lost unnoticed.
	readEvery = time.Minute
	// maxHinted is how many fields wait to be read. If there are more, all are read.
	maxHinted = 10_000
)

// A Sync keeps a List in step with Redis. Make one with NewSync, and Run it once.
type Sync struct {
	list    *List
	store   *Store
	changed func()        // called when the list may have changed
	hints   chan struct{} // holds one: several hints are one reason to read
	every   time.Duration // readEvery, but in tests
	log     *slog.Logger
	nearly  rate.Sometimes // how often it is said that the list is nearly full

	mu     sync.Mutex
	hinted []string // fields that have changed; maxHinted+1 of them: any may have
}

// NewSync returns a Sync of list with store. It calls changed after each time it has read
// the list: the streams of what was revoked must end then.
func NewSync(list *List, store *Store, changed func(), log *slog.Logger) *Sync {
	return &Sync{list: list, store: store, changed: changed, hints: make(chan struct{}, 1), every: readEvery, log: log,
		nearly: rate.Sometimes{First: 1, Interval: time.Hour}}
}

// A Topic calls deliver with each message of HintTopic, and resync whenever messages may have
// been missed, until ctx ends.
type Topic interface {
	Run(ctx context.Context, deliver func([]byte), resync func(context.Context) error) error
}

// Run follows the revocations until ctx ends: it reads what a hint names, and the whole list whenever
// hints may have been missed.
func (s *Sync) Run(ctx context.Context, topic Topic) error {
	done := make(chan struct{})
	defer func() { <-done }()
	go func() {
		defer close(done)
		s.readOnHints(ctx)
	}()
	return topic.Run(ctx, s.hint, s.read)
}

// hint notes what a hint names. One without fields is from a server of before.
func (s *Sync) hint(payload []byte) {
	fields := strings.Split(string(payload), "\n")
	if _, err := parseField(fields[0]); err != nil {
		fields = make([]string, maxHinted+1)
	}
	s.mu.Lock()
	if len(s.hinted) <= maxHinted {
		s.hinted = append(s.hinted, fields...)
	}
	s.mu.Unlock()
	s.wake()
}

func (s *Sync) wake() {
	select {
	case s.hints <- struct{}{}:
	default:
	}
}

// readOnHints reads at every hint until that succeeds, and every s.every without one.
func (s *Sync) readOnHints(ctx context.Context) {
	for {
		read := s.read
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.every):
		case <-s.hints:
			read = s.readHinted
		}
		if err := read(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("revocations could not be read: trying again", "err", err)
			wait.For(ctx, retryAfter)
			s.hint(nil)
		}
	}
}

// readHinted reads the fields that hints have named.
func (s *Sync) readHinted(ctx context.Context) error {
	s.mu.Lock()
	fields := s.hinted
	s.hinted = nil
	s.mu.Unlock()
	if len(fields) > maxHinted {
		return s.read(ctx)
	}
	found, err := s.store.read(ctx, fields)
	if err == nil {
		s.list.learnFrom(found)
		s.changed() // also if a request has read them before
	}
	return err
}

// read adds the whole list to what is known, and restores in Redis what it has lost.
func (s *Sync) read(ctx context.Context) error {
	s.list.begin()
	if err := s.store.pages(ctx, func(page []stamp) { s.list.learnFrom(page) }); err != nil {
		return err
	}
	lost := s.list.end()
	s.changed()
	s.tellRoom()
	if len(lost) == 0 {
		return nil
	}
	s.log.Warn("Redis has lost revocations: writing them back; was it restored from a backup?", "count", len(lost))
	return s.store.restore(ctx, lost)
}

// tellRoom logs that the list is nearly full, once an hour.
func (s *Sync) tellRoom() {
	if known := s.list.Len(); known > Limit/10*8 {
		s.nearly.Do(func() {
			s.log.Error("the list of revocations is nearly full: at 90 % no device can be revoked any more, and no key when it is full; "+
				"see jumun-server revoke --list for who revokes so much", "revocations", known, "limit", Limit)
		})
	}
}
