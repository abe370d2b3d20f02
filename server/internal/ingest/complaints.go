package ingest

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// One complaint in ten seconds, after the first five, tells an operator what is wrong
// without burying everything else.
const (
	complainEvery = 10 * time.Second
	complainBurst = 5
)

// complaints logs warnings of one kind, limited in rate: those beyond the limit are counted,
// and the count is logged.
type complaints struct {
	logger *slog.Logger
	about  string

	mu         sync.Mutex
	limit      *rate.Limiter
	suppressed int
}

func newComplaints(logger *slog.Logger, about string) *complaints {
	return &complaints{logger: logger, about: about, limit: rate.NewLimiter(rate.Every(complainEvery), complainBurst)}
}

func (c *complaints) log(details ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.limit.Allow() {
		c.suppressed++
		return
	}
	if c.suppressed > 0 {
		details = append(details, "suppressed", c.suppressed)
	}
	c.logger.Warn(c.about, details...)
	c.suppressed = 0
}

// run logs the count of suppressed warnings when no further warning does, and once more when
// ctx ends.
func (c *complaints) run(ctx context.Context) {
	tick := time.NewTicker(complainEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		c.logSuppressed()
	}
}

func (c *complaints) logSuppressed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.suppressed > 0 {
		c.logger.Warn(c.about+", and more like it", "suppressed", c.suppressed)
		c.suppressed = 0
	}
}
