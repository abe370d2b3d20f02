// Package intake brings orders in: it reads what publishers send, and has it recorded.
package intake

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Outcomes of a message that held an order, to count by.
const (
	Recorded  = "recorded"
	Duplicate = "duplicate" // recorded before, by another pod or by a publisher's repeat
	Failed    = "failed"    // the log did not take it
	Dropped   = "dropped"   // more came than the log takes
)

const (
	// lanes record at the same time, each its own marts: one would be held to the log's
	// answer time, some hundred orders a second across data centres.
	lanes = 8
	// laneLength is what waits in a lane: the lunch peak of a thousand stores at once.
	laneLength = 1024
	// patience is how long a full lane holds up the topic before an order is dropped.
	// Meanwhile Redis keeps what follows, up to its own limit for slow listeners.
	patience = time.Second
	// recordTimeout ends an attempt to record: by then Redis is away.
	recordTimeout = 5 * time.Second
	// finishTimeout is what Run spends, once asked to stop, on the orders it has taken.
	finishTimeout = time.Second
)

// Options are what an Intake needs; all of them.
type Options struct {
	// Record appends an order to the log, unless it is there already.
	Record func(context.Context, order.Placement) (e order.Event, duplicate bool, err error)
	// Count counts an order by what became of it: Recorded, …
	Count func(outcome string)
	// CountMalformed counts a message that held no order, by a wire.Reason…
	CountMalformed func(reason string)
	Log            *slog.Logger
}

// An Intake takes messages from a topic. Make one with New, and Run it.
type Intake struct {
	opts      Options
	seed      maphash.Seed
	lanes     [lanes]chan order.Placement
	malformed *complaints
	lost      *complaints
}

// New returns an Intake that takes messages at once, and records them while it runs.
func New(opts Options) *Intake {
	in := &Intake{opts: opts, seed: maphash.MakeSeed()}
	for i := range in.lanes {
		in.lanes[i] = make(chan order.Placement, laneLength)
	}
	in.malformed = newComplaints(opts.Log, "malformed message passed over")
	in.lost = newComplaints(opts.Log, "order lost")
	return in
}

// Take takes one message. The orders of one mart are recorded in the order of calls.
// When more come than the log takes, Take waits a second at most, and then drops the
// order: the topic promises no more than that, and the other marts go on.
func (in *Intake) Take(msg []byte) {
	p, err := wire.ParsePublication(msg)
	if err != nil {
		in.opts.CountMalformed(wire.ReasonOf(err))
		in.malformed.log("err", err, "bytes", len(msg), "begins", string(msg[:min(len(msg), 60)]))
		return
	}
	lane := in.lanes[maphash.String(in.seed, string(p.Mart))%lanes]
	select {
	case lane <- p:
	default:
		in.takeLate(lane, p)
	}
}

func (in *Intake) takeLate(lane chan<- order.Placement, p order.Placement) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case lane <- p:
	case <-timer.C:
		in.lose(p, Dropped, errors.New("more orders came than Redis took"))
	}
}

// Run records what was taken, until ctx ends and what was taken by then is recorded,
// or a second later. Call Take no more once ctx has ended. Run always returns nil.
func (in *Intake) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, lane := range in.lanes {
		wg.Go(func() { in.work(ctx, lane) })
	}
	wg.Go(func() { in.malformed.run(ctx) })
	wg.Go(func() { in.lost.run(ctx) })
	return nil
}

func (in *Intake) work(ctx context.Context, lane <-chan order.Placement) {
	// An order that is being recorded when ctx ends is still recorded.
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(finishTimeout, cancel) })()
	for {
		select {
		case p := <-lane:
			in.record(late, p)
		case <-ctx.Done():
			in.finish(late, lane)
			return
		}
	}
}

func (in *Intake) finish(ctx context.Context, lane <-chan order.Placement) {
	for {
		select {
		case p := <-lane:
			in.record(ctx, p)
		default:
			return
		}
	}
}

func (in *Intake) record(ctx context.Context, p order.Placement) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	_, duplicate, err := in.opts.Record(ctx, p)
	switch {
	case err != nil:
		in.lose(p, Failed, err)
	case duplicate:
		in.opts.Count(Duplicate)
	default:
		in.opts.Count(Recorded)
	}
}

// lose tells of an order that this pod could not record. Nobody repeats it: a topic
// has no way to ask its publisher.
func (in *Intake) lose(p order.Placement, outcome string, err error) {
	in.opts.Count(outcome)
	in.lost.log("mart", p.Mart, "order", p.Order, "err", err)
}
