package eventlog

import (
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jumun/shared/order"
)

// foreign counts what stands in Redis under our names and was not written by us. It is
// skipped: it must not stop a mart.
type foreign struct {
	messages, entries atomic.Int64
	noise             rate.Sometimes // one that floods us must not flood the operator
}

func newForeign() *foreign {
	return &foreign{noise: rate.Sometimes{First: 3, Interval: 10 * time.Second}}
}

// SkipMessage counts and logs a message on a mart's channel that is not ours.
func (l *Log) SkipMessage(mart order.MartID, err error) {
	l.foreign.messages.Add(1)
	l.foreign.noise.Do(func() {
		l.log.Warn("a message on a mart's channel is not ours: passed over", "mart", mart, "err", err)
	})
}

// SkipEntry counts and logs an entry of a mart's log that is not ours.
func (l *Log) SkipEntry(mart order.MartID, id string, err error) {
	l.foreign.entries.Add(1)
	l.foreign.noise.Do(func() {
		l.log.Warn("an entry of a mart's log is not ours: passed over", "mart", mart, "id", id, "err", err)
	})
}

// Foreign is how many messages on the marts' channels, and how often entries in their
// logs, were passed over because nobody who keeps to the contract wrote them.
func (l *Log) Foreign() (messages, entries int64) {
	return l.foreign.messages.Load(), l.foreign.entries.Load()
}
