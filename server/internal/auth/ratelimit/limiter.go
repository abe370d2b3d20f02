package ratelimit

import (
	"container/list"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Limiter bounds how often each key is allowed: a bucket of tokens for each (see
// golang.org/x/time/rate), which begins full. It is safe for concurrent use.
type Limiter[K comparable] struct {
	perSecond rate.Limit
	burst     int
	most      int

	mu      sync.Mutex
	buckets map[K]*list.Element
	recent  *list.List // of bucket[K], the idlest last
}

type bucket[K comparable] struct {
	key K
	*rate.Limiter
}

// NewLimiter returns a Limiter that allows each key so many a second in the long run, and burst
// at once. It remembers most keys; when there are more, the idlest is forgotten, and
// begins with a full bucket should it come back.
func NewLimiter[K comparable](perSecond float64, burst, most int) *Limiter[K] {
	return &Limiter[K]{
		perSecond: rate.Limit(perSecond), burst: burst, most: most,
		buckets: map[K]*list.Element{}, recent: list.New(),
	}
}

// Allow says whether key may once more now; if not, when it may again. Asking while it
// may not costs nothing.
func (r *Limiter[K]) Allow(key K) (wait time.Duration, ok bool) {
	now := time.Now()
	asked := r.bucket(key).ReserveN(now, 1)
	if wait = asked.DelayFrom(now); wait > 0 {
		asked.CancelAt(now)
		return wait, false
	}
	return 0, true
}

func (r *Limiter[K]) bucket(key K) *rate.Limiter {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.buckets[key]; e != nil {
		r.recent.MoveToFront(e)
		return e.Value.(bucket[K]).Limiter
	}
	b := bucket[K]{key, rate.NewLimiter(r.perSecond, r.burst)}
	r.buckets[key] = r.recent.PushFront(b)
	if r.recent.Len() > r.most {
		idlest := r.recent.Remove(r.recent.Back()).(bucket[K])
		delete(r.buckets, idlest.key)
	}
	return b.Limiter
}

// Keys is how many keys are remembered.
func (r *Limiter[K]) Keys() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.recent.Len()
}
