package revocation

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"jumun/server/internal/wait"
)

const (
	// measureEvery is how often the clocks are compared: one that is set wrong is noticed before
	// anybody who was paired meanwhile asks why.
	measureEvery = time.Minute
	// maxOffset is how far two clocks may differ without a word. Clocks that are synchronised
	// differ by milliseconds.
	maxOffset = 3 * time.Second
	// maxAsking is how long Redis may take to tell the time for the answer to count: half of it is
	// how wrong the measurement may be.
	maxAsking = time.Second
)

// A ClockOffset measures how far the clock of this server is from that of Redis, and logs it if it is
// far. Nothing depends on it: tokens are issued and revoked by the clock of Redis. They expire by
// that of the server. Make one with NewClockOffset, and Run it once.
type ClockOffset struct {
	redis func(context.Context) (time.Time, error)
	here  func() time.Time // time.Now, but in tests
	log   *slog.Logger
	ahead atomic.Int64  // of Redis, in nanoseconds
	told  time.Duration // what was logged last; 0: nothing is wrong
}

// NewClockOffset returns a ClockOffset that asks s for the time.
func NewClockOffset(s *Store, log *slog.Logger) *ClockOffset {
	return &ClockOffset{redis: s.Now, here: time.Now, log: log}
}

// Ahead returns by how much the clock of this server was ahead of Redis's when they were compared
// last; negative: behind; 0 until then.
func (c *ClockOffset) Ahead() time.Duration { return time.Duration(c.ahead.Load()) }

// Run compares the clocks until ctx ends.
func (c *ClockOffset) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if c.measure(ctx) {
			wait.For(ctx, measureEvery)
		} else {
			wait.For(ctx, retryAfter)
		}
	}
	return nil
}

// measure compares the clocks, and reports whether Redis told the time. If it did not, others tell
// so.
func (c *ClockOffset) measure(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, maxAsking)
	defer cancel()
	began, asked := c.here(), time.Now()
	at, err := c.redis(ctx)
	took := time.Since(asked)
	if err != nil {
		return false
	}
	ahead := began.Add(took / 2).Sub(at)
	c.ahead.Store(int64(ahead))
	c.tell(ahead)
	return true
}

// tell logs a difference that is large, and has changed.
func (c *ClockOffset) tell(ahead time.Duration) {
	switch isFar := ahead.Abs() > maxOffset; {
	case isFar && (ahead-c.told).Abs() > maxOffset:
		c.told = ahead
		c.log.Warn("the clocks of this server and of Redis differ: tokens are issued and revoked by the clock of Redis, and expire by the other one; synchronise both (NTP)",
			"ahead", ahead.Round(time.Millisecond))
	case !isFar && c.told != 0:
		c.told = 0
		c.log.Info("the clocks of this server and of Redis agree again", "ahead", ahead.Round(time.Millisecond))
	}
}
