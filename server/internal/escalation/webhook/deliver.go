package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"jumun/server/internal/wait"
)

const (
	// giveUpAfter is how long a message is tried: later it is no news.
	giveUpAfter = 30 * time.Minute
	// atOnce is how many messages one target gets at the same time.
	atOnce = 4
	// claim is how long nobody else takes a message that was taken.
	claim = attemptTimeout + 5*time.Second
	// lookEvery is how often a queue is looked at where nothing says that something is in it.
	lookEvery = time.Second
)

// pauses are those after each failure; the last one again and again.
var pauses = []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute}

// A Deliverer sends what waits for one target. Make one with NewDeliverer, and Run it.
type Deliverer struct {
	*Queue
	client *client
	count  func(target, outcome string)
	log    *slog.Logger
	some   chan struct{} // holds one while there is a reason to look
	slots  chan struct{} // holds one for each message that is being sent
	failed rate.Sometimes
}

// NewDeliverer returns a Deliverer. count counts an attempt by its outcome.
func NewDeliverer(q *Queue, count func(target, outcome string), log *slog.Logger) *Deliverer {
	return &Deliverer{Queue: q, client: newClient(q.Target), count: count, log: log, some: make(chan struct{}, 1), slots: make(chan struct{}, atOnce), failed: rate.Sometimes{First: 3, Interval: 10 * time.Second}}
}

// Wake tells d that a message was added.
func (d *Deliverer) Wake() {
	select {
	case d.some <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, and finishes what it has begun.
func (d *Deliverer) Run(ctx context.Context) {
	defer d.client.http.CloseIdleConnections()
	var sending sync.WaitGroup
	defer sending.Wait()
	for ctx.Err() == nil {
		if d.sendDue(ctx, &sending) {
			continue
		}
		timer := time.NewTimer(lookEvery)
		select {
		case <-d.some:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// sendDue begins to send what is due, as soon as there is room, and reports whether there was anything.
func (d *Deliverer) sendDue(ctx context.Context, sending *sync.WaitGroup) bool {
	select {
	case d.slots <- struct{}{}:
		<-d.slots // only this goroutine takes more of them
	case <-ctx.Done():
		return false
	}
	messages, now, err := d.take(ctx, atOnce-len(d.slots), claim)
	if err != nil {
		if ctx.Err() == nil {
			d.failed.Do(func() { d.log.Warn("what waits for a webhook's target cannot be read", "target", d.Name, "err", err) })
			wait.For(ctx, lookEvery)
		}
		return false
	}
	for _, m := range messages {
		d.slots <- struct{}{}
		sending.Go(func() {
			defer func() { <-d.slots }()
			d.attempt(context.WithoutCancel(ctx), m, now) // one that has begun has an outcome
		})
	}
	return len(messages) > 0
}

func (d *Deliverer) attempt(ctx context.Context, m takenMessage, now time.Time) {
	a := d.client.send(ctx, Message{m.id, m.Body})
	m.Attempts++
	outcome, later, off := d.judge(&m, a, now)
	d.count(d.Name, outcome)
	if err := d.finish(ctx, outcome, m, later, off); err != nil {
		d.failed.Do(func() {
			d.log.Warn("what became of a webhook was not stored: it may be sent once more, under the same ID", "target", d.Name, "id", m.id, "err", err)
		})
	}
}

// judge returns what is to become of a message after an attempt that began at now.
func (d *Deliverer) judge(m *takenMessage, a Attempt, now time.Time) (outcome string, later time.Duration, off string) {
	if a.Err == nil {
		return Sent, 0, ""
	}
	m.Said = a.Err.Error()
	later = max(pauses[min(m.Attempts, len(pauses))-1], a.Wait)
	if left := time.UnixMilli(m.Added).Add(giveUpAfter).Sub(now); left <= 0 || a.isGone() {
		d.log.Error("a webhook was given up", "target", d.Name, "id", m.id, "type", m.Type, "attempts", m.Attempts, "err", m.Said)
		outcome = Failed
	} else {
		d.failed.Do(func() {
			d.log.Warn("a webhook was not taken: trying again", "target", d.Name, "id", m.id, "type", m.Type, "attempts", m.Attempts, "again", min(later, left), "err", m.Said)
		})
		outcome, later = Again, min(later, left)
	}
	if a.isGone() {
		off = "the target answered 410 Gone"
		d.log.Error("nothing is sent to a webhook's target any more: it answered 410 Gone; give it another URL or name in the policy", "target", d.Name)
	}
	return outcome, later, off
}
