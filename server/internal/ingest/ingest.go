// Package ingest takes orders in: it reads what publishers send by the topic, the intake
// stream or HTTP, and records each order in the log.
//
// A mart whose orders cannot be recorded, and the marts of a node of Redis that hangs, cost only
// their own orders anything: no way in waits for them.
package ingest

import (
	"context"
	"log/slog"
	"sync"
	"time"

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
	Failed    = "failed"    // an attempt that the log did not take
	Dropped   = "dropped"   // of Topic: given up, because too many wait or the server stops
	Refused   = "refused"   // of HTTP: more of one mart than are taken
)

const (
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
	queues    *queues         // of the topic
	attempts  attempts        // of the other ways
	rates     rates           // of HTTP
	late      sync.WaitGroup  // batches of the stream that take long
	recording context.Context // of all attempts but those of requests
	stop      context.CancelFunc
	malformed *complaints
	failed    *complaints
	lost      *complaints
}

// New returns an Intake. It takes messages from now on, and records them while Run runs.
func New(opts Options) *Intake {
	in := &Intake{opts: opts}
	in.recording, in.stop = context.WithCancel(context.Background())
	in.queues = newQueues(in.recordOfTopic)
	in.malformed = newComplaints(opts.Log, "malformed message passed over")
	in.failed = newComplaints(opts.Log, "order not recorded yet: trying again")
	in.lost = newComplaints(opts.Log, "order lost")
	return in
}

// Take takes one message of the topic. The orders of one mart are recorded in the order of calls.
// Take waits only if Redis as a whole takes fewer orders than come: a second at most, while Redis
// buffers what follows. Then it drops the order: the topic promises no more.
//
// Take calls done, perhaps later, once no server needs to take msg again: its order is recorded, or it
// holds none.
func (in *Intake) Take(msg []byte, done func()) {
	p, err := wire.ParsePublication(msg)
	if err != nil {
		in.complain(Topic, err, "bytes", len(msg), "begins", string(msg[:min(len(msg), 60)]))
		done()
		return
	}
	if err := in.queues.add(waiting{p, done}); err != nil {
		in.drop(p, err)
	}
}

func (in *Intake) drop(p order.Placement, err error) {
	in.opts.Count(Topic, Dropped)
	in.lost.log("mart", p.Mart, "order", p.Order, "err", err)
}

func (in *Intake) complain(way string, err error, details ...any) {
	in.opts.CountMalformed(way, wire.ReasonOf(err))
	in.malformed.log(append([]any{"way", way, "err", err}, details...)...)
}

// Run records the orders that Take has taken, until ctx ends and the rest is recorded, or a
// second later. The caller must not call Take or TakeEntries after ctx has ended. Run always
// returns nil.
func (in *Intake) Run(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { time.AfterFunc(finishTimeout, in.stop) })()
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, c := range []*complaints{in.malformed, in.failed, in.lost} {
		wg.Go(func() { c.run(ctx) })
	}
	for _, w := range in.queues.run(ctx, in.recording) {
		in.drop(w.Placement, errStopped)
	}
	in.late.Wait()
	return nil
}

// Failing returns for how many marts the last order could not be recorded: their keys are broken, or
// their node of Redis is away. The log names them.
func (in *Intake) Failing() int { return max(in.queues.failing(), in.attempts.failed()) }

// Waiting returns how many orders of the topic wait to be recorded.
func (in *Intake) Waiting() int { return in.queues.all() }

// recordOfTopic tries once to record an order of the topic.
func (in *Intake) recordOfTopic(ctx context.Context, p order.Placement) error {
	_, _, err := in.record(ctx, Topic, p)
	if err != nil {
		in.failed.log("way", Topic, "mart", p.Mart, "order", p.Order, "err", err)
	}
	return err
}

// record tries once to record p, and counts the outcome.
func (in *Intake) record(ctx context.Context, way string, p order.Placement) (order.Event, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	p.Way = way
	e, duplicate, err := in.opts.Record(ctx, p)
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
