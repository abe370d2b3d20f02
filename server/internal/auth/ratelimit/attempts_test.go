package ratelimit

import (
	"testing"
	"time"
)

func newTestAttempts(most int) *Attempts[int] { return NewAttempts[int](time.Hour, most) }

// within returns the groups of a client in a network of many.
func within(client, network int) []Group[int] {
	return []Group[int]{{client, perAddress}, {network, perNetwork}}
}

func TestOneKeyDoesNotHoldUpAnother(t *testing.T) {
	at, a := time.Unix(1722000000, 0), newTestAttempts(10)
	for n := range perAddress.Free {
		if wait, failed := a.Begin(at, within(1, 100)...); wait != 0 || failed != n {
			t.Fatalf("failure %d: it waits %v, %d have failed", n, wait, failed)
		}
	}
	if wait, failed := a.Begin(at, within(1, 100)...); wait != time.Second || failed != 5 {
		t.Errorf("it waits %v, %d have failed", wait, failed)
	}
	if wait, failed := a.Begin(at, within(2, 200)...); wait != 0 || failed != 0 {
		t.Errorf("another network waits %v, %d have failed", wait, failed)
	}
	if wait, failed := a.Begin(at, within(3, 100)...); wait != 0 || failed != 5 {
		t.Errorf("another of the same network waits %v, %d have failed", wait, failed)
	}
	a.Succeed(within(1, 100)...)
	if wait, failed := a.Begin(at, within(1, 100)...); wait != 0 || failed != 5 {
		t.Errorf("after a success it waits %v, %d have failed", wait, failed)
	}
}

func TestManyKeysOfOneNetworkAreHeldUpTogether(t *testing.T) {
	at, a := time.Unix(1722000000, 0), newTestAttempts(1000)
	for client := range perNetwork.Free {
		if wait, _ := a.Begin(at, within(client, -1)...); wait != 0 {
			t.Fatalf("client %d waits %v", client, wait)
		}
	}
	if wait, failed := a.Begin(at, within(500, -1)...); wait != perNetwork.First || failed != perNetwork.Free {
		t.Errorf("the next one waits %v, %d have failed", wait, failed)
	}
	if wait, _ := a.Begin(at, within(500, -2)...); wait != 0 {
		t.Errorf("another network waits %v", wait)
	}
}

func TestAKeyIsForgottenAfterItsLastFailure(t *testing.T) {
	at, a := time.Unix(1722000000, 0), newTestAttempts(10)
	one, two := Group[int]{1, perAddress}, Group[int]{2, perAddress}
	for range 10 {
		for wait := time.Second; wait > 0; at = at.Add(wait) {
			wait, _ = a.Begin(at, one)
		}
	}
	made, _ := a.byKey.get(1)
	at = made.last.Add(time.Hour - time.Second)
	a.Begin(at, two)
	if made, _ := a.byKey.get(1); made == nil || made.count != 10 {
		t.Errorf("forgotten too early")
	}
	a.Begin(at.Add(time.Second), two)
	if n := len(a.byKey.elements); n != 1 {
		t.Errorf("%d keys are remembered", n)
	}
}

func TestOfTooManyKeysTheOneThatFailedFirstIsForgotten(t *testing.T) {
	at, a := time.Unix(1722000000, 0), newTestAttempts(3)
	begin := func(key int) { a.Begin(at, Group[int]{key, perAddress}) }
	remembered := func(key int) bool { _, ok := a.byKey.get(key); return ok }
	for key := range 4 {
		begin(key)
	}
	if remembered(0) || !remembered(1) || len(a.byKey.elements) != 3 {
		t.Errorf("%d keys are remembered", len(a.byKey.elements))
	}
	begin(1)
	begin(0)
	if !remembered(1) || remembered(2) {
		t.Error("the key that failed just now was forgotten, and not the oldest")
	}
}

func TestAnUndoneAttemptIsNoFailure(t *testing.T) {
	at, a := time.Unix(1722000000, 0), newTestAttempts(3)
	for range 2 * perNetwork.Free {
		if wait, failed := a.Begin(at, within(1, 100)...); wait != 0 || failed != 0 {
			t.Fatalf("it waits %v, %d have failed", wait, failed)
		}
		a.Undo(within(1, 100)...)
	}
	a.Undo(within(2, 200)...) // unknown keys are no error
}
