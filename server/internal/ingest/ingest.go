// Package ingest takes orders in: it reads what publishers send by the topic, the intake
// stream or HTTP, and records each order in the log.
package ingest

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"jumun/server/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// The ways in, to count by.
const (
	Topic  = "topic"  // Pub/Sub: nobody repeats what is lost here
	Stream = "stream" // the intake stream: what is not recorded comes again
	HTTP   = "http"   // the publisher waits for the answer
)

// Outcomes of a message that held an order, to count by.
const (
	Recorded  = "recorded"
	Duplicate = "duplicate" // recorded before, by another pod or by a publisher's repeat
	Failed    = "failed"    // the log did not take it: an attempt of Topic, or all of it
	Dropped   = "dropped"   // of Topic: more came than the log takes
)

const (
	// lanes record at the same time, each its own marts: a single one would record some
	// hundred orders a second across data centres, because it waits for each answer.
	lanes = 8
	// laneLength is how many orders wait in a lane: the lunch peak of a thousand stores at
	// once. When a lane is full, Take waits for patience and then drops the order.
	laneLength = 1024
	// retryEvery is the pause before an order of the topic is tried again: a Redis that
	// restarts is back within seconds.
	retryEvery = 500 * time.Millisecond
	// apart is the time between two orders of the topic from which on they count as coming one
	// at a time: several times what recording one takes.
	apart = 500 * time.Microsecond
	// patience is how long a full lane delays the topic before an order is dropped. Meanwhile
	// Redis buffers what follows, up to its own limit for slow clients.
	patience = time.Second
	// recordTimeout ends an attempt to record: by then Redis is away.
	recordTimeout = 5 * time.Second
	// finishTimeout is how long Run, once asked to stop, records the orders it has taken.
	finishTimeout = time.Second
)

// Options are what an Intake needs; all of them.
type Options struct {
	// Record appends an order to the log, unless it is there already.
	Record func(context.Context, order.Placement) (e order.Event, duplicate bool, err error)
	// May reports whether the sender of a request, known by its context, may publish for a mart.
	May func(ctx context.Context, mart order.MartID) bool
	// Count counts an order by its way in (Topic, …) and its outcome (Recorded, …).
	Count func(way, outcome string)
	// CountMalformed counts a message that held no order, by a wire.Reason…
	CountMalformed func(way, reason string)
	Log            *slog.Logger
}

// An Intake records orders from messages of a topic, entries of a stream, and requests. Make
// one with New, and Run it. It is safe for concurrent use.
type Intake struct {
	opts      Options
	seed      maphash.Seed
	lanes     [lanes]lane   // of the topic
	taken     atomic.Int64  // when Take returned last, in ns since 1970
	failing   atomic.Bool   // the last attempt to record failed
	requests  chan struct{} // room for each that is being recorded
	malformed *complaints
	late      *complaints
	lost      *complaints
}

// A lane records the orders of some marts, one after another.
type lane struct {
	orders chan order.Placement
	busy   atomic.Int64 // orders that wait or are being recorded
}

// New returns an Intake. It takes messages from now on, and records them while Run runs.
func New(opts Options) *Intake {
	in := &Intake{opts: opts, seed: maphash.MakeSeed(), requests: make(chan struct{}, maxRequests)}
	for i := range in.lanes {
		in.lanes[i].orders = make(chan order.Placement, laneLength)
	}
	in.malformed = newComplaints(opts.Log, "malformed message passed over")
	in.late = newComplaints(opts.Log, "order not recorded yet: trying again")
	in.lost = newComplaints(opts.Log, "order lost")
	return in
}

// Take takes one message of the topic. The orders of one mart are recorded in the order of
// calls. When orders come faster than they can be recorded, Take waits a second at most, and
// then drops the order: the topic promises no more, and the other marts go on.
func (in *Intake) Take(msg []byte) {
	defer func() { in.taken.Store(time.Now().UnixNano()) }()
	p, err := wire.ParsePublication(msg)
	if err != nil {
		in.complain(Topic, err, "bytes", len(msg), "begins", string(msg[:min(len(msg), 60)]))
		return
	}
	lane := &in.lanes[maphash.String(in.seed, string(p.Mart))%lanes]
	if in.takeNow(lane, p) {
		return
	}
	lane.busy.Add(1)
	select {
	case lane.orders <- p:
	default:
		in.takeLate(lane, p)
	}
}

// takeNow records an order at once if orders come one at a time: waking the lane's goroutine
// would then take longer than recording. It reports whether the order was recorded.
func (in *Intake) takeNow(l *lane, p order.Placement) bool {
	if in.failing.Load() || l.busy.Load() > 0 || time.Now().UnixNano()-in.taken.Load() < int64(apart) {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, _, err := in.record(ctx, Topic, p)
	return err == nil
}

func (in *Intake) complain(way string, err error, details ...any) {
	in.opts.CountMalformed(way, wire.ReasonOf(err))
	in.malformed.log(append([]any{"way", way, "err", err}, details...)...)
}

func (in *Intake) takeLate(l *lane, p order.Placement) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case l.orders <- p:
	case <-timer.C:
		l.busy.Add(-1)
		in.opts.Count(Topic, Dropped)
		in.lost.log("mart", p.Mart, "order", p.Order, "err", errors.New("more orders came than Redis took"))
	}
}

// Run records the orders that Take has taken, until ctx ends and the rest is recorded, or a
// second later. The caller must not call Take after ctx has ended. Run always returns nil.
func (in *Intake) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for i := range in.lanes {
		wg.Go(func() { in.work(ctx, &in.lanes[i]) })
	}
	for _, c := range []*complaints{in.malformed, in.late, in.lost} {
		wg.Go(func() { c.run(ctx) })
	}
	return nil
}

func (in *Intake) work(ctx context.Context, l *lane) {
	// An order that is being recorded when ctx ends is still recorded.
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(finishTimeout, cancel) })()
	for {
		select {
		case p := <-l.orders:
			in.recordUntilDone(late, p)
			l.busy.Add(-1)
		case <-ctx.Done():
			in.finish(late, l)
			return
		}
	}
}

func (in *Intake) finish(ctx context.Context, l *lane) {
	for {
		select {
		case p := <-l.orders:
			in.recordUntilDone(ctx, p)
			l.busy.Add(-1)
		default:
			return
		}
	}
}

// recordUntilDone records an order of the topic, and tries again until that succeeds or ctx
// ends: this pod may be the only one that received it.
func (in *Intake) recordUntilDone(ctx context.Context, p order.Placement) {
	_, _, err := in.record(ctx, Topic, p)
	for err != nil && ctx.Err() == nil {
		in.late.log("mart", p.Mart, "order", p.Order, "err", err)
		wait.For(ctx, retryEvery)
		_, _, err = in.record(ctx, Topic, p)
	}
	if err != nil {
		in.lost.log("mart", p.Mart, "order", p.Order, "err", err)
	}
}

// record tries once to record p, and counts the outcome.
func (in *Intake) record(ctx context.Context, way string, p order.Placement) (order.Event, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	e, duplicate, err := in.opts.Record(ctx, p)
	in.failing.Store(err != nil)
	switch {
	case err != nil:
		in.opts.Count(way, Failed)
	case duplicate:
		in.opts.Count(way, Duplicate)
	default:
		in.opts.Count(way, Recorded)
	}
	return e, duplicate, err
}
