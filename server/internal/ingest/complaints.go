package ingest

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// One complaint in ten seconds, after the first five, tells an operator what is wrong
// without burying everything else.
const (
	complainEvery = 10 * time.Second
	complainBurst = 5
	// maxWhich is how many of the orders in question a line names: what is more than that is an outage, and
	// the publisher has the list.
	maxWhich = 100
)

// complaints logs warnings of one kind, limited in rate: those beyond the limit are counted,
// and the count is logged.
type complaints struct {
	logger *slog.Logger
	about  string

	mu         sync.Mutex
	limit      *rate.Limiter
	suppressed int
	which      []string // of the suppressed: "mart/order", as many as a line of the log bears
}

func newComplaints(logger *slog.Logger, about string) *complaints {
	return &complaints{logger: logger, about: about, limit: rate.NewLimiter(rate.Every(complainEvery), complainBurst)}
}

func (c *complaints) log(details ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.limit.Allow() {
		c.suppressed++
		if which := orderIn(details); which != "" && len(c.which) < maxWhich {
			c.which = append(c.which, which)
		}
		return
	}
	c.logger.Warn(c.about, append(details, c.more()...)...)
}

// orderIn returns the mart and the order among the details of a warning, or "".
func orderIn(details []any) string {
	var mart, number any
	for i := 0; i+1 < len(details); i += 2 {
		switch details[i] {
		case "mart":
			mart = details[i+1]
		case "order":
			number = details[i+1]
		}
	}
	if mart == nil || number == nil {
		return ""
	}
	return fmt.Sprint(mart, "/", number)
}

// more returns how many warnings were suppressed, and of which orders, and forgets them. The caller holds the lock.
func (c *complaints) more() (details []any) {
	if c.suppressed > 0 {
		details = append(details, "suppressed", c.suppressed)
	}
	if len(c.which) > 0 {
		details = append(details, "which", strings.Join(c.which, " "))
	}
	c.suppressed, c.which = 0, nil
	return details
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
		c.logger.Warn(c.about+", and more like it", c.more()...)
	}
}
