package ingest

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"jumun/server/internal/redisconn"
	"jumun/server/internal/wait"
)

// linger is how long a server hears the topic when it has no place any more: those that took the
// places, as after a restart of Redis, may not be subscribed yet.
const linger = 5 * time.Second

// A Recorder decides which servers record what the topic says. Of all servers a few hear it, by
// leases in Redis: the first one records each message at once, and reports that to the others. They
// hold it until then, unparsed, and record it themselves if it is not reported in time.
//
// So a message that was heard is recorded as long as one of those servers lives, whatever becomes of
// the leases: they decide only who hears the topic and who is first. What two servers record is one
// order in the log. A server that takes over records what it holds before what comes, so that the
// orders of a mart keep their order.
type Recorder struct {
	topic    string
	channel  string // of the reports
	channels Channels
	client   redis.UniversalClient
	lease    *lease
	take     func(msg []byte, done func()) // set by Run
	log      *slog.Logger
	failing  rate.Sometimes // a Redis that is away fails every second

	standing atomic.Pointer[standing]
	reports  reports
	waiting  chan struct{} // holds one while messages are held

	mu       sync.Mutex // held while messages are taken, so that they keep their order
	held     []message  // oldest first
	bytes    int        // of held
	reported time.Time  // when another server reported last

	read time.Time // when the last message was read; only onMessage uses it
}

// Channels receives what is published in Redis, on one goroutine.
type Channels interface {
	// Hear calls deliver with each message of channel until the caller calls stop.
	Hear(channel string, deliver func(payload []byte)) (stop func())
	// Err returns why nothing arrives; nil: what is published arrives.
	Err() error
	Run(ctx context.Context) error
}

// NewRecorder returns a Recorder of topic, for which it needs channels of its own.
func NewRecorder(client redis.UniversalClient, channels Channels, topic string, log *slog.Logger) *Recorder {
	r := &Recorder{
		topic: topic, channel: redisconn.KeyPrefix + "topic:recorded:" + topic, channels: channels, client: client,
		lease: newLease(client, topic), log: log, failing: rate.Sometimes{Interval: time.Minute}, waiting: make(chan struct{}, 1),
	}
	r.reports.some = make(chan struct{}, 1)
	r.standing.Store(&standing{}) // until a place is known it records all
	return r
}

// Err returns why nothing that is published arrives; nil: it does.
func (r *Recorder) Err() error { return r.channels.Err() }

// Run hears the topic whenever it has a place, until ctx ends and what it holds is taken. Run always
// returns nil. It calls take with the messages to record, one after another; take calls done, perhaps
// later, once a message needs nobody any more.
func (r *Recorder) Run(ctx context.Context, take func(msg []byte, done func())) error {
	r.take = take
	var wg sync.WaitGroup
	stop := r.hear()
	wg.Go(func() { _ = r.channels.Run(ctx) })
	wg.Go(func() { r.keepReporting(ctx) })
	wg.Go(func() { r.keepRecording(ctx) })
	r.keepPlace(ctx, stop)
	wg.Wait()
	r.recordHeld(func(message) bool { return true })
	r.lease.release(context.WithoutCancel(ctx))
	return nil
}

// hear subscribes to the topic and to the reports.
func (r *Recorder) hear() (stop func()) {
	reports := r.channels.Hear(r.channel, r.onReport)
	topic := r.channels.Hear(r.topic, r.onMessage)
	return func() { topic(); reports() }
}

// keepPlace renews the lease, and hears the topic while this server has a place and for a while
// after. Where the leases cannot be renewed, all hear it: those that have the places may be gone.
// stop ends the subscription that exists.
func (r *Recorder) keepPlace(ctx context.Context, stop func()) {
	needed, renewed := time.Now(), time.Now()
	for ; ctx.Err() == nil; wait.For(ctx, renewEvery) {
		if r.renew(ctx) {
			renewed = time.Now()
		}
		isNeeded := r.standing.Load().place < places || time.Since(renewed) > leaseFor
		if isNeeded {
			needed = time.Now()
		}
		switch {
		case isNeeded && stop == nil:
			stop = r.hear()
		case stop != nil && time.Since(needed) > linger:
			stop()
			stop = nil
		}
	}
}

// renew reports whether the lease was renewed. If not, this server goes on as before: it may be the
// only one that hears the topic. A server that hears nothing leaves its place to others.
func (r *Recorder) renew(ctx context.Context) bool {
	if r.channels.Err() != nil {
		return false
	}
	is, err := r.lease.renew(ctx)
	if err != nil {
		r.failing.Do(func() {
			r.log.Warn("the lease of the topic was not renewed: recording goes on, and where all servers fail so, each records all", "topic", r.topic, "err", err)
		})
		return false
	}
	if was := r.standing.Swap(&is); was.place != is.place {
		r.log.Info(task(is.place), "topic", r.topic, "others", len(is.others))
		notify(r.waiting) // what is held may be due now
	}
	return true
}

// task returns what a server with this place does.
func task(place int) string {
	switch place {
	case 0:
		return "this server records at once what the topic says"
	case places:
		return "other servers record what the topic says"
	}
	return "this server records what the topic says and others have not recorded a moment later"
}

// Place returns 1 for the server that records what the topic says at once, 2 for the one that is next,
// and so on; 0: this server has no place. Before the first answer of Redis it is 1.
func (r *Recorder) Place() int { return (r.standing.Load().place + 1) % (places + 1) }
