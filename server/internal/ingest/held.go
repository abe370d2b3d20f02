package ingest

import (
	"context"
	"slices"
	"time"

	"jumun/server/internal/wait"
)

const (
	// afterSilence is how long a server waits for the one before it, if that reports nothing: several times
	// reportEvery. So much later an order rings if the server that records at once has died.
	afterSilence = 250 * time.Millisecond
	// afterReports is how long it waits if the one before it reports other messages: then that server lives,
	// and has a queue or a mart that fails.
	afterReports = time.Second
	// reportEvery is how often a server reports what it has recorded. A report costs as much as
	// recording an order does, so it is about many of them.
	reportEvery = 50 * time.Millisecond
	// rest is how long a server that only holds messages leaves the next ones in its socket: to be woken
	// for each would cost a third of what recording it does.
	rest = 50 * time.Millisecond
	// isIdle is the time without a message from which on the socket counts as empty: several times what
	// holding one takes.
	isIdle = 100 * time.Microsecond
	// maxHeld is how many bytes of messages are held. Beyond it the oldest is recorded at once.
	maxHeld = 16 << 20
)

// A message is one that was heard.
type message struct {
	sum   sum
	heard time.Time
	text  []byte
}

func (r *Recorder) onMessage(text []byte) {
	m := message{sumOf(text), time.Now(), text}
	if r.recordOrHold(m); r.standing.Load().place > 0 && m.heard.Sub(r.read) > isIdle {
		time.Sleep(rest)
	}
	r.read = time.Now()
}

func (r *Recorder) recordOrHold(m message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.held) == 0 && r.isDue(m) {
		r.record(m)
		return
	}
	r.held, r.bytes = append(r.held, m), r.bytes+len(m.text)
	for r.bytes > maxHeld {
		r.record(r.pop())
	}
	notify(r.waiting)
}

// isDue reports whether m has waited for long enough. The caller holds the lock.
func (r *Recorder) isDue(m message) bool {
	place := time.Duration(r.standing.Load().place)
	last := m.heard
	if r.reported.After(last) {
		last = r.reported
	}
	return time.Since(last) >= place*afterSilence || time.Since(m.heard) >= place*afterReports
}

// Held returns how many messages this server holds, in case that the one before it does not record them.
func (r *Recorder) Held() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.held)
}

// record hands a message on. The caller holds the lock.
func (r *Recorder) record(m message) {
	r.take(m.text, func() { r.reports.add(m.sum) })
}

// pop removes the oldest message that is held. The caller holds the lock.
func (r *Recorder) pop() message {
	m := r.held[0]
	r.held[0] = message{} // the array may live on
	r.held, r.bytes = r.held[1:], r.bytes-len(m.text)
	return m
}

// onReport drops what another server has recorded. The channel is one for all databases of Redis: a
// server that has none of our places is none of ours.
func (r *Recorder) onReport(payload []byte) {
	server, recorded, ok := parseReport(payload)
	if !ok || !slices.Contains(r.standing.Load().others, server) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reported = time.Now()
	r.held = slices.DeleteFunc(r.held, func(m message) bool {
		if recorded[m.sum] == 0 {
			return false
		}
		recorded[m.sum]-- // a message that was published twice was heard twice
		r.bytes -= len(m.text)
		return true
	})
}

// keepRecording records what is held and due until ctx ends.
func (r *Recorder) keepRecording(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.waiting:
		}
		if r.recordHeld(r.isDue) {
			wait.For(ctx, reportEvery)
			notify(r.waiting)
		}
	}
}

// recordHeld records the oldest messages while they are due, and reports whether others are left.
func (r *Recorder) recordHeld(isDue func(message) bool) (left bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.held) > 0 && isDue(r.held[0]) {
		r.record(r.pop())
	}
	return len(r.held) > 0
}

// keepReporting reports what was recorded, if another server may hold it, until ctx ends.
func (r *Recorder) keepReporting(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.reports.some:
		}
		wait.For(ctx, reportEvery)
		if sums := r.reports.take(); len(r.standing.Load().others) > 0 {
			// An error costs the others the work of recording it again.
			_ = r.client.Publish(ctx, r.channel, append([]byte(r.lease.server), sums...)).Err()
		}
	}
}
