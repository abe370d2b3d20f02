package inbox

import (
	"fmt"
	"slices"
	"testing"

	"jumun/shared/order"
)

func event(mart order.MartID, n int) order.Event {
	return order.Event{ID: order.ID(fmt.Sprintf("%d-0", n)), Mart: mart, Order: order.OrderID(fmt.Sprint(n)), Kind: order.Placed}
}

func TestARepeatIsNotFreshEvenAfterItWasConfirmed(t *testing.T) {
	var b Inbox
	if fresh, _ := b.Add(event("42", 1001)); !fresh {
		t.Fatal("the first was not fresh")
	}
	if fresh, _ := b.Add(event("42", 1001)); fresh {
		t.Error("a repeat was fresh while waiting")
	}
	if !b.Confirm("1001") || b.Confirm("1001") {
		t.Error("one confirmation should have ended it, a second have found nothing")
	}
	if fresh, _ := b.Add(event("42", 1001)); fresh {
		t.Error("a repeat was fresh after it was confirmed")
	}
	if len(b.Waiting()) != 0 {
		t.Errorf("waiting: %v", b.Waiting())
	}
}

func TestTheSameNumberOfAnotherMartIsAnotherOrder(t *testing.T) {
	var b Inbox
	b.Add(event("42", 1001))
	if fresh, _ := b.Add(event("43", 1001)); !fresh {
		t.Error("taken for a repeat")
	}
	if b.LastID("42") != "1001-0" || b.LastID("44") != "" {
		t.Errorf("last IDs %q, %q", b.LastID("42"), b.LastID("44"))
	}
}

func TestWaitingKeepsTheOrderOfArrival(t *testing.T) {
	var b Inbox
	for n := range 5 {
		b.Add(event("42", n))
	}
	b.Confirm("2")
	var got []order.OrderID
	for _, e := range b.Waiting() {
		got = append(got, e.Order)
	}
	if want := []order.OrderID{"0", "1", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("waiting %v, want %v", got, want)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	var b Inbox
	dropped := 0
	for n := range 2*maxKnown + maxWaiting {
		_, d := b.Add(event("42", n))
		dropped += len(d)
	}
	if len(b.Waiting()) != maxWaiting || len(b.known) != maxKnown || len(b.oldest) != maxKnown {
		t.Errorf("%d waiting, %d and %d known", len(b.Waiting()), len(b.known), len(b.oldest))
	}
	if dropped != 2*maxKnown {
		t.Errorf("%d reported as dropped", dropped)
	}
	if newest := b.Waiting()[maxWaiting-1].Order; newest != order.OrderID(fmt.Sprint(2*maxKnown+maxWaiting-1)) {
		t.Errorf("the newest waiting is %s", newest)
	}
}
