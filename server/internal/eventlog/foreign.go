package eventlog

import (
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jumun/shared/order"
)

// foreigners counts what stands in Redis under our names and was not written by us. It is
// passed over: it must not stop a mart.
type foreigners struct {
	messages, entries atomic.Int64
	log               *slog.Logger
	noise             rate.Sometimes // one that floods us must not flood the operator
}

func newForeigners(log *slog.Logger) *foreigners {
	return &foreigners{log: log, noise: rate.Sometimes{First: 3, Interval: 10 * time.Second}}
}

func (f *foreigners) message(mart order.MartID, err error) {
	f.messages.Add(1)
	f.noise.Do(func() { f.log.Warn("a message on a mart's channel is not ours: passed over", "mart", mart, "err", err) })
}

func (f *foreigners) entry(mart order.MartID, id string, err error) {
	f.entries.Add(1)
	f.noise.Do(func() {
		f.log.Warn("an entry of a mart's log is not ours: passed over", "mart", mart, "id", id, "err", err)
	})
}

// Foreign is how many messages on the marts' channels, and how often entries in their
// logs, were passed over because nobody who keeps to the contract wrote them.
func (l *Log) Foreign() (messages, entries int64) {
	return l.foreign.messages.Load(), l.foreign.entries.Load()
}
