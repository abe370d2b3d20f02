package devices

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jumun/shared/order"
)

// foreigners counts what stands in Redis under our names and was not written by us. It is
// passed over: it must not hide a device, or a revocation.
type foreigners struct {
	found atomic.Int64
	log   *slog.Logger
	noise rate.Sometimes // one that floods us must not flood the operator
}

func newForeigners(log *slog.Logger) *foreigners {
	return &foreigners{log: log, noise: rate.Sometimes{First: 3, Interval: 10 * time.Second}}
}

func (f *foreigners) count(err error) {
	f.found.Add(1)
	f.noise.Do(func() {
		f.log.Warn("something in Redis is under a name of ours, but not ours: passed over", "err", err)
	})
}

// Foreign is how often something was passed over that nobody wrote who keeps to the contract.
func (r *Roster) Foreign() int64 { return r.foreign.found.Load() }

func notOurs(format string, args ...any) error {
	return fmt.Errorf(format+" is not ours: %w", append(args, order.ErrMalformed)...)
}
