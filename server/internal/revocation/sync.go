package revocation

import (
	"context"
	"log/slog"
	"time"

	"jumun/server/internal/wait"
)

const (
	// retryAfter is the pause before the list is read again after an error: Redis may be away
	// for long, and every server reads.
	retryAfter = time.Second
	// readEvery is how often the list is read without a hint: between the nodes of a Cluster a
	// hint may be lost unnoticed.
	readEvery = time.Minute
)

// A Sync keeps a List in step with Redis. Make one with NewSync, and Run it once.
type Sync struct {
	list    *List
	store   *Store
	changed func()        // called when the list may have changed
	hints   chan struct{} // holds one: several hints are one reason to read
	every   time.Duration // readEvery, but in tests
	log     *slog.Logger
}

// NewSync returns a Sync of list with store. It calls changed after each time it has read
// the list: the streams of what was revoked must end then.
func NewSync(list *List, store *Store, changed func(), log *slog.Logger) *Sync {
	return &Sync{list: list, store: store, changed: changed, hints: make(chan struct{}, 1), every: readEvery, log: log}
}

// A Topic calls deliver with each message of HintTopic, and resync whenever messages may have
// been missed, until ctx ends.
type Topic interface {
	Run(ctx context.Context, deliver func([]byte), resync func(context.Context) error) error
}

// Run follows the revocations until ctx ends. A hint only says that something has changed: Run
// then reads the whole list, and also whenever hints may have been missed.
func (s *Sync) Run(ctx context.Context, topic Topic) error {
	done := make(chan struct{})
	defer func() { <-done }()
	go func() {
		defer close(done)
		s.readOnHints(ctx)
	}()
	return topic.Run(ctx, func([]byte) { s.hint() }, s.read)
}

func (s *Sync) hint() {
	select {
	case s.hints <- struct{}{}:
	default:
	}
}

// readOnHints reads the list at every hint until that succeeds, and every s.every without one.
func (s *Sync) readOnHints(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.every):
		case <-s.hints:
		}
		if err := s.read(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("revocations could not be read: trying again", "err", err)
			wait.For(ctx, retryAfter)
			s.hint()
		}
	}
}

// Refresh brings the list up to date with what Redis has now.
func (s *Sync) Refresh(ctx context.Context) error {
	all, err := s.store.All(ctx)
	if err == nil {
		s.list.Learn(all)
	}
	return err
}

// read adds the list to what is known, and restores in Redis what it has lost.
func (s *Sync) read(ctx context.Context) error {
	all, err := s.store.All(ctx)
	if err != nil {
		return err
	}
	lost := s.list.Missing(all)
	s.list.Learn(all)
	s.changed()
	if len(lost) == 0 {
		return nil
	}
	s.log.Warn("Redis has lost revocations: writing them back", "count", len(lost))
	return s.store.Restore(ctx, lost)
}
