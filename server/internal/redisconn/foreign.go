package redisconn

import (
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"jumun/shared/order"
)

// Foreign counts what stands in Redis under one of our names and was not written by us. It is
// skipped: it must not stop a mart, nor hide a device or a revocation. Make one with
// NewForeign. It is safe for concurrent use.
type Foreign struct {
	found   atomic.Int64
	log     *slog.Logger
	message string
	noise   rate.Sometimes // a flood of it must not fill the log
}

// NewForeign returns a Foreign that logs message.
func NewForeign(log *slog.Logger, message string) *Foreign {
	return &Foreign{log: log, message: message, noise: rate.Sometimes{First: 3, Interval: 10 * time.Second}}
}

// Skip counts one, and logs it with these attributes unless many were logged just now.
func (f *Foreign) Skip(attributes ...any) {
	f.found.Add(1)
	f.noise.Do(func() { f.log.Warn(f.message, attributes...) })
}

// Found returns how many were skipped.
func (f *Foreign) Found() int64 { return f.found.Load() }

// NotOurs returns an error that says what is not ours. It wraps order.ErrMalformed.
func NotOurs(format string, args ...any) error {
	return fmt.Errorf(format+" is not ours: %w", append(args, order.ErrMalformed)...)
}
