package pod

import (
	"context"
	"log/slog"
	"time"

	"jumun/server/internal/eventlog/follow"
	"jumun/server/internal/wait"

	"jumun/server/internal/auth"
	"jumun/server/internal/devices"
	"jumun/server/internal/hub"
	"jumun/shared/order"
)

// readAgain is how soon a list is read again that could not be: Redis may be gone for long,
// and every server asks.
const readAgain = time.Second

// readAnyway is how soon the list is read though nobody said that it has changed: between the
// nodes of a Cluster a hint may be lost without anybody's noticing.
const readAnyway = time.Minute

// revocations keeps what this server knows of them in step with Redis, and ends the
// streams concerned.
type revocations struct {
	known  *auth.Revoked
	roster *devices.Roster
	hub    *hub.Hub
	log    *slog.Logger
	hints  chan struct{} // room for one: several hints are one reason to look
	anyway time.Duration // readAnyway
}

// run hears that there are new ones, until ctx ends. A hint only says that something has
// changed: the list is read whole then, and whenever hints may have been missed.
func (v *revocations) run(ctx context.Context, topic *follow.Topic) error {
	done := make(chan struct{})
	defer func() { <-done }()
	go func() {
		defer close(done)
		v.look(ctx)
	}()
	return topic.Run(ctx, func([]byte) { v.hint() }, v.read)
}

func (v *revocations) hint() {
	select {
	case v.hints <- struct{}{}:
	default:
	}
}

// look reads the list at every hint, until it was read, and now and then without one.
func (v *revocations) look(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(v.anyway):
		case <-v.hints:
		}
		if err := v.read(ctx); err != nil && ctx.Err() == nil {
			v.log.Warn("revocations were not read: trying again", "err", err)
			wait.For(ctx, readAgain)
			v.hint()
		}
	}
}

// stands says whether the token of a request is not revoked at a mart, by the list as Redis
// has it now.
func (v *revocations) stands(ctx context.Context, mart order.MartID) (bool, error) {
	err := v.learn(ctx)
	return err == nil && auth.From(ctx).Stands(mart), err
}

// whole says the same of everything that the token is good for.
func (v *revocations) whole(ctx context.Context) (bool, error) {
	err := v.learn(ctx)
	return err == nil && auth.From(ctx).Whole(), err
}

func (v *revocations) learn(ctx context.Context) error {
	list, err := v.roster.Revocations(ctx)
	if err == nil {
		v.known.Learn(list)
	}
	return err
}

// read learns the list, gives Redis back what it has lost, and ends the streams that are
// void now.
func (v *revocations) read(ctx context.Context) error {
	list, err := v.roster.Revocations(ctx)
	if err != nil {
		return err
	}
	lost := v.known.Missing(list)
	v.known.Learn(list)
	v.hub.Recheck()
	if len(lost) == 0 {
		return nil
	}
	v.log.Warn("Redis has lost revocations: giving them back", "count", len(lost))
	return v.roster.Restore(ctx, lost)
}
