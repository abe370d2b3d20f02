package ratelimit

import (
	"math"
	"time"
)

// A Backoff says how long to wait after failures.
type Backoff struct {
	Free       int           // this many failures cost no wait
	First, Max time.Duration // the wait after the last free failure; each further one doubles it, up to Max
	Forgive    time.Duration // one failure is forgiven each time this has passed; 0: none is
}

// failures are what a Backoff remembers. The zero value means none.
type failures struct {
	count float64   // a fraction: forgiving is gradual
	last  time.Time // time of the last failure
}

// wait returns how long the next attempt must wait at the time now.
func (b Backoff) wait(f failures, now time.Time) time.Duration {
	count := int(math.Ceil(b.left(f, now)))
	if count < b.Free {
		return 0
	}
	return max(b.delay(count)-now.Sub(f.last), 0)
}

// delay returns the wait after the last of count failures. count must be Free or more.
func (b Backoff) delay(count int) time.Duration {
	delay := b.First
	for range count - b.Free {
		if delay *= 2; delay >= b.Max {
			return b.Max
		}
	}
	return delay
}

// left returns how many failures are not forgiven at the time now.
func (b Backoff) left(f failures, now time.Time) float64 {
	if b.Forgive == 0 {
		return f.count
	}
	return max(f.count-now.Sub(f.last).Seconds()/b.Forgive.Seconds(), 0)
}

// add returns f with one more failure, at the time now.
func (b Backoff) add(f failures, now time.Time) failures {
	return failures{count: b.left(f, now) + 1, last: now}
}

// undo returns f with one failure less.
func (f failures) undo() failures {
	return failures{count: max(f.count-1, 0), last: f.last}
}
