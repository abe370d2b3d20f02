package pairing

import (
	"math"
	"time"
)

// A backoff says how long to wait after failures.
type backoff struct {
	free        int           // so many failures may be made without waiting
	first, most time.Duration // the wait after them; each failure more doubles it, up to most
	forgives    time.Duration // one failure is forgiven whenever so long has passed; 0: none is
}

// Failures are what somebody did wrong, as a backoff remembers it. The zero value: nothing.
type failures struct {
	count float64   // forgiving takes off bit by bit
	last  time.Time // when the last one was
}

// wait is how long it is at now until there may be another attempt; 0: make it.
func (b backoff) wait(f failures, now time.Time) time.Duration {
	count := int(math.Ceil(b.left(f, now)))
	if count < b.free {
		return 0
	}
	return max(b.after(count)-now.Sub(f.last), 0)
}

// after is the wait after the last of count failures, where count is free or more.
func (b backoff) after(count int) time.Duration {
	delay := b.first
	for range count - b.free {
		if delay *= 2; delay >= b.most {
			return b.most
		}
	}
	return delay
}

// left is how many failures are not forgiven at now.
func (b backoff) left(f failures, now time.Time) float64 {
	if b.forgives == 0 {
		return f.count
	}
	return max(f.count-now.Sub(f.last).Seconds()/b.forgives.Seconds(), 0)
}

// fail is f with a failure more, at now.
func (b backoff) fail(f failures, now time.Time) failures {
	return failures{count: b.left(f, now) + 1, last: now}
}

// pardon is f with a failure less: it proved to be none.
func (f failures) pardon() failures {
	return failures{count: max(f.count-1, 0), last: f.last}
}
