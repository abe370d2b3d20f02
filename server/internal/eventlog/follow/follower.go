// Package follow delivers the events that any pod records to the marts that are watched here:
// it receives the announcements of eventlog, notices what it has missed, and reads that from
// the log.
//
// Announcements come over Pub/Sub, which is fast and may lose messages. Each names the event
// before it, so a gap is noticed and read from the log. A probe through a channel of our own
// tells a dead connection from a quiet one. After each connect the log is read again. On a
// Cluster there is one connection to each node that has a mart of ours.
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
	"jumun/server/internal/redisconn"
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

// topicTimeout is how long a topic may take, on a Cluster, to find a node that works: it tries one after
// another.
const topicTimeout = 20 * time.Second

// errStarting stands until the first answer.
var errStarting = errors.New("not connected to Redis yet")

// New returns a Follower of the logs in events, which the caller closes after Run and every
// Topic's Run have returned.
func New(events *eventlog.Log, log *slog.Logger) *Follower {
	return &Follower{events: events, client: events.Client(), log: log, marts: newShards(events.Client()), probe: errStarting}
}

// Watch requests that the events of mart are delivered from now on, as soon as Redis is there.
// Watch and Unwatch do not wait, and the last call counts. deliver and lost may call both.
func (f *Follower) Watch(mart order.MartID) { f.marts.want(mart) }

// Unwatch ends what Watch began. An event or two may still come.
func (f *Follower) Unwatch(mart order.MartID) { f.marts.unwant(mart) }

// Heard reports whether the announcements of mart, which is being watched, arrive on the
// present connection, and everything that its log had is delivered. What is recorded from
// then on is delivered too. If it is not so yet, opened is closed once it is.
func (f *Follower) Heard(mart order.MartID) (heard bool, opened <-chan struct{}) {
	return f.marts.heard(mart)
}

// Head returns the ID of the last event of mart that was delivered; ok is false unless Heard
// would report true. A device that has the event last has missed nothing: after the call of
// Head, what is recorded after last is delivered, or lost is called. So a subscriber must be
// added before Head is called.
//
// deliver and lost must not call Head, nor may a caller hold a lock that these need. That
// makes it safe: last moves in one step with the delivery, so a subscriber that was added
// has either the older last, or gets the event. If the connection is dead and that was not
// noticed yet, what is recorded comes after the next connect, from last on: as late as for
// every other subscriber. Where the log lost its end, or began anew, lost is called.
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

// Run follows the marts that are watched, and probes Redis, until ctx ends. Run always returns
// nil.
//
// Run calls deliver with each mart's events in the order of its log, each once, whatever was
// missed or repeated on the way: what was recorded while Redis was away comes when it is
// back. Run calls lost when a mart's events may be missing, because its log does not reach
// back to the last one that was delivered, or when they are late, because Redis has been
// away for 10 s: the devices should then connect to another pod, or again. Neither function
// may block. They are called by several goroutines, but for one mart by one at a time.
func (f *Follower) Run(ctx context.Context, deliver func(order.Event), lost func(order.MartID)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { f.keepProbing(ctx) })
	f.marts.run(ctx, &reader{client: f.client, deliver: deliver, lost: lost, log: f.log, events: f.events})
	return nil
}

// Ready returns why this pod cannot do its work; nil means that within the last few seconds
// Redis took a write, and a probe arrived on every connection. Of a Cluster, one node that works is
// enough: the marts of the others are no reason to cut off those that can be served.
func (f *Follower) Ready() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.probe != nil {
		return f.probe
	}
	err := f.marts.ready()
	for _, t := range f.topics {
		if f.marts.cluster == nil || t.isLate(topicTimeout) {
			err = cmp.Or(err, t.ready())
		}
	}
	return err
}

// keepProbing writes a key a second: a Redis that is full, or became a replica, answers
// pings well.
func (f *Follower) keepProbing(ctx context.Context) {
	was, since := errStarting, time.Now()
	for ctx.Err() == nil {
		f.probeOnce(ctx)
		if is := f.Ready(); f.logChange(ctx, was, is, since) {
			was, since = is, time.Now()
		}
		wait.For(ctx, probeInterval)
	}
}

// logChange logs once when Redis fails, once when somebody has to change it, and once when it is back, and reports whether it did.
func (f *Follower) logChange(ctx context.Context, was, is error, since time.Time) bool {
	wasLost := was != nil && was != errStarting
	isLost := is != nil && is != errStarting
	switch {
	case ctx.Err() != nil: // the error is not about Redis
		return false
	case isLost && (!wasLost || redisconn.IsUnfit(is) && is.Error() != was.Error()):
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
	if ctx.Err() != nil { // the error is not about Redis
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.probe = err
}
