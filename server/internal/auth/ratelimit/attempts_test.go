package ratelimit

import (
	"testing"
	"time"
)

func newTestAttempts(most int) *Attempts[int] {
	return NewAttempts[int](perAddress, inAll, time.Hour, most)
}

func TestOneKeyDoesNotHoldUpAnother(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newTestAttempts(10)
	for range perAddress.Free {
		if h.Begin(1, at) != 0 {
			t.Fatal("a free failure waits")
		}
	}
	if got := h.Begin(1, at); got != time.Second {
		t.Errorf("it waits %v", got)
	}
	if got := h.Begin(2, at); got != 0 {
		t.Errorf("another waits %v", got)
	}
	h.Succeed(1)
	if got := h.Begin(1, at); got != 0 || h.all.count != 6 {
		t.Errorf("after a success it waits %v, and %v are counted", got, h.all.count)
	}
}

func TestAKeyIsForgottenAfterItsLastFailure(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newTestAttempts(10)
	for range 10 {
		for h.Begin(1, at) > 0 {
			at = at.Add(time.Second)
		}
	}
	at = at.Add(time.Hour - time.Second)
	h.Begin(2, at)
	if made, _ := h.byKey.get(1); made.count != 10 {
		t.Errorf("forgotten too early")
	}
	h.Begin(2, at.Add(time.Second))
	if n := len(h.byKey.elements); n != 1 {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestOfTooManyKeysTheOneThatFailedFirstIsForgotten(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newTestAttempts(3)
	remembered := func(key int) bool { _, ok := h.byKey.get(key); return ok }
	for key := range 4 {
		h.Begin(key, at)
	}
	if remembered(0) || !remembered(1) || len(h.byKey.elements) != 3 {
		t.Errorf("%d keys are remembered", len(h.byKey.elements))
	}
	h.Begin(1, at)
	h.Begin(0, at)
	if !remembered(1) || remembered(2) {
		t.Error("the key that failed just now was forgotten, and not the oldest")
	}
}

func TestAnUndoneAttemptIsNoFailure(t *testing.T) {
	at, h := time.Unix(1722000000, 0), newTestAttempts(3)
	for range 2 * perAddress.Free {
		if wait := h.Begin(1, at); wait != 0 {
			t.Fatalf("it waits %v", wait)
		}
		h.Undo(1)
	}
	h.Undo(2) // unknown keys are no error
}
