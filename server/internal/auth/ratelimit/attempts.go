package ratelimit

import (
	"math"
	"sync"
	"time"
)

// Attempts holds up those who guess. An attempt counts under several keys, such as the address of its
// sender and the networks around it, and each key waits after its failures.
type Attempts[K comparable] struct {
	forgetAfter time.Duration

	mu    sync.Mutex
	byKey recent[K, *failures]
}

// A Group is a key under which an attempt counts, and how those wait who have failed under it.
type Group[K comparable] struct {
	Key     K
	Backoff Backoff
}

// NewAttempts returns Attempts. It forgets a key when its last failure is forgetAfter ago.
// It remembers at most most keys: then it forgets the one that failed the longest ago.
func NewAttempts[K comparable](forgetAfter time.Duration, most int) *Attempts[K] {
	return &Attempts[K]{forgetAfter: forgetAfter, byKey: newRecent[K, *failures](most)}
}

// Begin returns how long an attempt must wait at the time now. If that is 0 the attempt begins. It
// counts as a failure until Succeed or Undo, so that of many attempts at the same time not
// all get through. failed is how many failures are not forgiven yet in the group that has most.
func (a *Attempts[K]) Begin(now time.Time, groups ...Group[K]) (wait time.Duration, failed int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(now)
	for _, g := range groups {
		made := a.made(g.Key)
		wait = max(wait, g.Backoff.wait(made, now))
		failed = max(failed, int(math.Ceil(g.Backoff.left(made, now))))
	}
	if wait > 0 {
		return wait, failed
	}
	for _, g := range groups {
		made := g.Backoff.add(a.made(g.Key), now)
		a.byKey.put(g.Key, &made)
	}
	return 0, failed
}

// Succeed ends an attempt that was right, and forgets the failures of its first group. The others
// have their own, for which one success does not make up.
func (a *Attempts[K]) Succeed(groups ...Group[K]) {
	a.Undo(groups[1:]...)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byKey.remove(groups[0].Key)
}

// Undo ends an attempt that was not decided, through no fault of its sender.
func (a *Attempts[K]) Undo(groups ...Group[K]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, g := range groups {
		if made, ok := a.byKey.get(g.Key); ok {
			*made = made.undo()
		}
	}
}

func (a *Attempts[K]) made(key K) failures {
	if made, ok := a.byKey.get(key); ok {
		return *made
	}
	return failures{}
}

func (a *Attempts[K]) forget(now time.Time) {
	for {
		oldest, ok := a.byKey.oldest()
		if !ok || now.Sub(oldest.value.last) < a.forgetAfter {
			return
		}
		a.byKey.remove(oldest.key)
	}
}
