// Package follow brings what is recorded anywhere to the marts that are watched here: it
// listens to the announcements of eventlog, notices what it has missed, and reads that from
// the log.
//
// Announcements come over Pub/Sub, which is fast and may lose. Each names the event before
// it, so a hole is seen and read from the log; a probe through our own channel tells a dead
// connection from a quiet one; and after each connect everything is read again. On a Cluster
// there is one connection to each node that has a mart of ours.
package follow

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"jumun/server/internal/eventlog"
	"jumun/server/internal/wait"
	"jumun/shared/order"
)

// A Follower follows the logs of the marts that are watched, and the topics made by Topic.
// Make one with New. It is safe for concurrent use.
type Follower struct {
	events *eventlog.Log
	client redis.UniversalClient
	log    *slog.Logger
	marts  *shards

	mu     sync.Mutex
	topics []*listener
	probe  error // why Redis did not take the last write; nil: it did
}

// errStarting stands until the first answer.
var errStarting = errors.New("not connected to Redis yet")

// New returns a Follower of the logs in events, which the caller closes after Run and every
// Topic's Run have returned.
func New(events *eventlog.Log, log *slog.Logger) *Follower {
	return &Follower{events: events, client: events.Client(), log: log, marts: newShards(events.Client()), probe: errStarting}
}

// Watch has the events of mart delivered from now on, as soon as Redis is there. It only
// says what is wanted: Watch and Unwatch do not wait, and the last call holds. Both may
// be called by deliver and lost.
func (f *Follower) Watch(mart order.MartID) { f.marts.want(mart) }

// Unwatch ends what Watch began. An event or two may still come.
func (f *Follower) Unwatch(mart order.MartID) { f.marts.unwant(mart) }

// Heard says whether mart, which is being watched, is heard on the present connection, and
// all that its log had is delivered: what is recorded from now on, or was since a time
// when the mart was heard before, is. If not, lifted is closed once that is so.
func (f *Follower) Heard(mart order.MartID) (heard bool, lifted <-chan struct{}) {
	return f.marts.heard(mart)
}

// Head returns where the log of mart stood last, by what this pod has heard; ok is false
// unless mart is heard and caught up. A device that has the event last has missed
// nothing: what is recorded after it is delivered, or told of by lost, after Head was
// called. So whoever is to get what is delivered must be there before it is called.
//
// It may be called by anybody but deliver and lost, and by nobody who holds a lock that
// these need. That is what makes it safe: last moves in one step with the delivery, so a
// device that is there has either the older last, or gets the event. If the connection
// is dead and nobody has noticed, what is recorded comes when the mart is heard again,
// from last on: as late as for every device that was there before. Where the log lost
// its end, or began anew, lost is called.
func (f *Follower) Head(mart order.MartID) (last order.ID, ok bool) {
	s := f.marts.source(mart)
	if s == nil || !s.heard.isOpen() {
		return "", false
	}
	at, ok := s.head()
	if !ok {
		return "", false
	}
	return at.ID(), true
}

// Run hears the marts that are watched, and keeps finding out whether Redis is there,
// until ctx ends. Run always returns nil.
//
// deliver gets each mart's events in the order of its log, each once, whatever was
// missed or repeated on the way: what was recorded while Redis was away comes when it
// is back. lost says that a mart's events may be missing, because its log does not reach
// back to the last one that was delivered, or that they are late, because Redis has been
// away for 10 s: whoever waits for them had better ask another pod, or again. Neither
// may block. They are called by several goroutines, but about one mart by one at a time.
func (f *Follower) Run(ctx context.Context, deliver func(order.Event), lost func(order.MartID)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { f.keepProbing(ctx) })
	f.marts.run(ctx, &reader{client: f.client, deliver: deliver, lost: lost, log: f.log, events: f.events})
	return nil
}

// Ready says why this pod cannot do its work; nil means that Redis took a write, and
// that everything listened to was heard of, within the last few seconds.
func (f *Follower) Ready() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.probe != nil {
		return f.probe
	}
	err := f.marts.ready()
	for _, t := range f.topics {
		err = cmp.Or(err, t.ready())
	}
	return err
}

// keepProbing writes a key a second: a Redis that is full, or became a replica, answers
// pings well.
func (f *Follower) keepProbing(ctx context.Context) {
	was, since := errStarting, time.Now()
	for ctx.Err() == nil {
		f.probeOnce(ctx)
		if is := f.Ready(); f.tellChange(ctx, was, is, since) {
			was, since = is, time.Now()
		}
		wait.For(ctx, probeEvery)
	}
}

// tellChange logs when Redis went or came back, once each.
func (f *Follower) tellChange(ctx context.Context, was, is error, since time.Time) bool {
	wasLost := was != nil && was != errStarting
	isLost := is != nil && is != errStarting
	switch {
	case ctx.Err() != nil: // says nothing about Redis
		return false
	case isLost && !wasLost:
		f.log.Warn("Redis cannot be used: not ready, and trying again", "err", is)
		return true
	case is == nil && was != nil:
		f.events.WarnIfForgetful(ctx)
		f.log.Info("Redis can be used: ready", "after", time.Since(since).Round(time.Millisecond))
		return true
	}
	return false
}

func (f *Follower) probeOnce(ctx context.Context) {
	err := f.events.Probe(ctx)
	if ctx.Err() != nil { // says nothing about Redis
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.probe = err
}
