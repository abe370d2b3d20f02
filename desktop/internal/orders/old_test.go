package orders

import (
	"path/filepath"
	"testing"
	"time"
)

func TestWhatWaitsForTooLongIsEndedTogether(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	now := time.Now()
	for n, age := range []time.Duration{Old + time.Hour, Old + time.Minute, Old - time.Minute, 0} {
		e := event("42", n+1)
		e.At = now.Add(-age)
		b.Take(e)
	}
	since := now.Add(-Old)
	if list, older := b.OpenSince(since); len(list) != 2 || older != 2 {
		t.Fatalf("%d wait, %d for too long", len(list), older)
	}
	if ended := b.EndBefore(since, "counter", now); ended != 2 {
		t.Errorf("%d ended", ended)
	}
	if list, older := b.OpenSince(since); len(list) != 2 || older != 0 || len(b.Unsent("42")) != 2 {
		t.Errorf("%d wait, %d for too long; unsent %v", len(list), older, b.Unsent("42"))
	}
}

func TestOnAPCThatNobodyLooksAtTheOldestAreOnlyCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	const more = 50
	crowd(b, 1, maxOld+more+1, 1) // recorded long ago
	newest := event("42", 2*maxOld)
	newest.At = time.Now()
	b.Take(newest)
	check := func(when string, older int) {
		t.Helper()
		if list, got := b.OpenSince(time.Now().Add(-Old)); len(list) != 1 || got != older {
			t.Fatalf("%s %d wait and %d for too long, want 1 and %d", when, len(list), got, older)
		}
	}
	b.mu.Lock()
	b.forget(time.Now())
	b.mu.Unlock()
	if len(b.open) != maxOld+1 || len(b.list) != len(b.open) {
		t.Errorf("%d are kept", len(b.open))
	}
	check("at once", maxOld+more)
	b.mu.Lock()
	err := b.renew(time.Now())
	b.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		b = open(t, path)
		check("after a restart", maxOld+more)
	}
	if ended := b.EndBefore(time.Now().Add(-Old), "counter", time.Now()); ended != maxOld+more {
		t.Errorf("%d ended", ended)
	}
	check("after a person has read it", 0)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b = open(t, path)
	check("after that, and a restart", 0)
}
