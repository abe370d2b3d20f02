package ratelimit

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAKeyMaySendABurstAndThenItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewLimiter[string](2, 3, 10)
		for n := range 3 {
			if _, ok := r.Allow("a"); !ok {
				t.Fatalf("number %d of the burst was refused", n)
			}
		}
		for range 5 { // asking costs nothing
			if wait, ok := r.Allow("a"); ok || wait != 500*time.Millisecond {
				t.Fatalf("after the burst: %v, wait %v", ok, wait)
			}
		}
		if _, ok := r.Allow("b"); !ok {
			t.Error("another key was refused")
		}
		time.Sleep(500 * time.Millisecond)
		if _, ok := r.Allow("a"); !ok {
			t.Error("it was refused after the time it was told to wait")
		}
		if _, ok := r.Allow("a"); ok {
			t.Error("it was allowed twice in that time")
		}
	})
}

func TestWhatIsChargedAfterTheFactIsOwed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewLimiter[string](2, 3, 10)
		r.Charge("a", 1)
		if _, ok := r.Allow("a"); !ok {
			t.Error("refused, with one left")
		}
		r.Charge("a", 100) // of which 3 count: 2 are owed then
		if wait, ok := r.Allow("a"); ok || wait != 1500*time.Millisecond {
			t.Errorf("%v, wait %v", ok, wait)
		}
		time.Sleep(1500 * time.Millisecond)
		if _, ok := r.Allow("a"); !ok {
			t.Error("refused after that time")
		}
	})
}

func TestTheKeyThatAskedTheLongestAgoIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewLimiter[string](1, 1, 2)
		for _, key := range []string{"a", "b", "a", "c"} { // b asked the longest ago
			r.Allow(key)
		}
		if n := len(r.buckets.elements); n != 2 {
			t.Errorf("%d keys are remembered", n)
		}
		if _, ok := r.Allow("a"); ok {
			t.Error("a was forgotten, which was used after b")
		}
		if _, ok := r.Allow("b"); !ok {
			t.Error("b was remembered")
		}
	})
}

func TestOneKeyAsksManyTimesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := NewLimiter[int](1, 100, 2)
		var all sync.WaitGroup
		var mu sync.Mutex
		allowed := 0
		for range 8 {
			all.Go(func() {
				for range 50 {
					if _, ok := r.Allow(1); ok {
						mu.Lock()
						allowed++
						mu.Unlock()
					}
				}
			})
		}
		all.Wait()
		if allowed != 100 {
			t.Errorf("%d were allowed", allowed)
		}
	})
}
