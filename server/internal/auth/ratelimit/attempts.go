package ratelimit

import (
	"sync"
	"time"
)

// Attempts holds up those who guess: each key waits after its failures, and all keys
// together wait after the failures of all.
type Attempts[K comparable] struct {
	perKey, overall Backoff
	forgetAfter     time.Duration

	mu    sync.Mutex
	all   failures
	byKey recent[K, *failures]
}

// NewAttempts returns Attempts. It forgets a key when its last failure is forgetAfter ago.
// It remembers at most most keys: then it forgets the one that failed the longest ago.
func NewAttempts[K comparable](perKey, overall Backoff, forgetAfter time.Duration, most int) *Attempts[K] {
	return &Attempts[K]{perKey: perKey, overall: overall, forgetAfter: forgetAfter, byKey: newRecent[K, *failures](most)}
}

// Begin returns how long key must wait at the time now. If that is 0 the attempt begins. It
// counts as a failure until Succeed or Undo, so that of many attempts at the same time not
// all get through.
func (a *Attempts[K]) Begin(key K, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget(now)
	made, ok := a.byKey.get(key)
	if !ok {
		made = new(failures)
	}
	if wait := max(a.perKey.wait(*made, now), a.overall.wait(a.all, now)); wait > 0 {
		return wait
	}
	a.all = a.overall.add(a.all, now)
	*made = a.perKey.add(*made, now)
	a.byKey.put(key, made)
	return 0
}

// Succeed ends an attempt of key that was right, and forgets the failures of key.
func (a *Attempts[K]) Succeed(key K) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = a.all.undo()
	a.byKey.remove(key)
}

// Undo ends an attempt of key that was not decided, through no fault of its own.
func (a *Attempts[K]) Undo(key K) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = a.all.undo()
	if made, ok := a.byKey.get(key); ok {
		*made = made.undo()
	}
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
