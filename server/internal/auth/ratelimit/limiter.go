package ratelimit

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Limiter bounds how often each key is allowed. Each key has a token bucket (see
// golang.org/x/time/rate), which is full at first.
type Limiter[K comparable] struct {
	perSecond rate.Limit
	burst     int

	mu      sync.Mutex
	buckets recent[K, *rate.Limiter]
}

// NewLimiter returns a Limiter that allows each key perSecond in the long run, and burst at
// once. It remembers at most most keys: then it forgets the key that asked the longest ago,
// which has a full bucket when it comes back.
func NewLimiter[K comparable](perSecond float64, burst, most int) *Limiter[K] {
	return &Limiter[K]{perSecond: rate.Limit(perSecond), burst: burst, buckets: newRecent[K, *rate.Limiter](most)}
}

// Allow reports whether key is allowed once more now. If not, wait is the time until it is.
// A refused call costs the key nothing.
func (l *Limiter[K]) Allow(key K) (wait time.Duration, ok bool) { return l.AllowN(key, 1) }

// AllowN reports whether key is allowed n times more now, as Allow does. n must not be more than the
// burst.
func (l *Limiter[K]) AllowN(key K, n int) (wait time.Duration, ok bool) {
	now := time.Now()
	reservation := l.bucket(key).ReserveN(now, n)
	if wait = reservation.DelayFrom(now); wait > 0 {
		reservation.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// Charge takes n from the bucket of key, after the fact. If there is less in it, key owes the rest, and
// nothing is allowed until that is paid. It takes no more than the burst.
func (l *Limiter[K]) Charge(key K, n int) { l.bucket(key).ReserveN(time.Now(), min(n, l.burst)) }

func (l *Limiter[K]) bucket(key K) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	bucket, ok := l.buckets.get(key)
	if !ok {
		bucket = rate.NewLimiter(l.perSecond, l.burst)
	}
	l.buckets.put(key, bucket)
	return bucket
}
