package eventlog

import (
	"cmp"
	"context"
	"sync"
	"time"

	"jumun/shared/order"
)

// Watch has the events of mart delivered from now on, as soon as Redis is there. It only
// says what is wanted: Watch and Unwatch do not wait, and the last call holds. Both may
// be called by deliver and lost.
func (l *Log) Watch(mart order.MartID) { l.marts.want(mart) }

// Unwatch ends what Watch began. An event or two may still come.
func (l *Log) Unwatch(mart order.MartID) { l.marts.unwant(mart) }

// Heard says whether mart, which is being watched, is heard on the present connection, and
// all that its log had is delivered: what is recorded from now on, or was since a time
// when the mart was heard before, is. If not, lifted is closed once that is so.
func (l *Log) Heard(mart order.MartID) (heard bool, lifted <-chan struct{}) {
	return l.marts.heard(mart)
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
func (l *Log) Head(mart order.MartID) (last order.ID, ok bool) {
	s := l.marts.source(mart)
	if s == nil || !s.heard.isOpen() {
		return "", false
	}
	at, ok := s.head()
	if !ok {
		return "", false
	}
	return at.id(), true
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
func (l *Log) Run(ctx context.Context, deliver func(order.Event), lost func(order.MartID)) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { l.keepProbing(ctx) })
	l.marts.run(ctx, &reader{client: l.client, deliver: deliver, lost: lost, log: l.log, foreign: l.foreign})
	return nil
}

// Ready says why this pod cannot do its work; nil means that Redis took a write, and
// that everything listened to was heard of, within the last few seconds.
func (l *Log) Ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.probe != nil {
		return l.probe
	}
	err := l.marts.ready()
	for _, t := range l.topics {
		err = cmp.Or(err, t.ready())
	}
	return err
}

// keepProbing writes a key a second: a Redis that is full, or became a replica, answers
// pings well.
func (l *Log) keepProbing(ctx context.Context) {
	was, since := errStarting, time.Now()
	for ctx.Err() == nil {
		l.probeOnce(ctx)
		if is := l.Ready(); l.tellChange(ctx, was, is, since) {
			was, since = is, time.Now()
		}
		wait(ctx, probeEvery)
	}
}

// tellChange logs when Redis went or came back, once each.
func (l *Log) tellChange(ctx context.Context, was, is error, since time.Time) bool {
	wasLost := was != nil && was != errStarting
	isLost := is != nil && is != errStarting
	switch {
	case ctx.Err() != nil: // says nothing about Redis
		return false
	case isLost && !wasLost:
		l.log.Warn("Redis cannot be used: not ready, and trying again", "err", is)
		return true
	case is == nil && was != nil:
		l.warnIfForgetful(ctx)
		l.log.Info("Redis can be used: ready", "after", time.Since(since).Round(time.Millisecond))
		return true
	}
	return false
}

// probeOnce does not wait for the answer of a Redis that hangs when ctx ends.
func (l *Log) probeOnce(ctx context.Context) {
	answer := make(chan error, 1)
	l.changes.running.Go(func() {
		asking, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		answer <- l.client.Set(asking, probeKey, "written", 10*time.Second).Err()
	})
	select {
	case err := <-answer:
		l.mu.Lock()
		defer l.mu.Unlock()
		l.probe = err
	case <-ctx.Done():
	}
}
