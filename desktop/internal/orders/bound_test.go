package orders

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jumun/shared/order"
)

// crowd has so many orders in memory, as if read from the file; those that divide by
// waits wait.
func crowd(b *Store, from, to, waits int) {
	for n := from; n < to; n++ {
		e := placed(event("42", n))
		if n%waits != 0 {
			e.State = Confirmed
		}
		b.set(record{Entry: &e, Last: e.ID})
	}
}

func TestBeyondABoundTheOldestAreForgottenAndNoneThatWaits(t *testing.T) {
	b := empty("")
	unsent := placed(event("42", 1))
	unsent.State, unsent.Unsent = Confirmed, true
	b.set(record{Entry: &unsent})
	crowd(b, 2, 2*maxEnded, 4)
	ended := len(b.orders) - len(b.open) - len(b.unsent)
	if ended > maxEnded || ended < maxEnded*8/10 || len(b.list) != len(b.orders) {
		t.Errorf("%d ended orders are kept, and %d in the list of %d", ended, len(b.list), len(b.orders))
	}
	if len(b.Open()) != 2*maxEnded/4-1 || len(b.Unsent("42")) != 1 {
		t.Errorf("%d wait, %d unsent", len(b.Open()), len(b.Unsent("42")))
	}
	if _, known := b.entry(key(5)); known {
		t.Error("the oldest is kept")
	}
	if _, known := b.entry(key(2*maxEnded - 1)); !known {
		t.Error("the newest is forgotten")
	}
}

func TestOrdersAreForgottenForTheirAgeInAProcessThatRunsOn(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	now := time.Now()
	for n, age := range []time.Duration{Kept + time.Hour, Kept + time.Hour, Kept - time.Hour} {
		e := event("42", n)
		e.At, e.Confirmed = now.Add(-age), n != 0
		b.Take(e)
	}
	if len(b.orders) != 3 {
		t.Fatalf("%d orders", len(b.orders))
	}
	b.aged = now.Add(-forgetEvery)
	newest := event("42", 9)
	newest.At = now
	b.Take(newest)
	for n, want := range map[int]bool{0: true, 1: false, 2: true, 9: true} {
		if _, known := b.entry(key(n)); known != want {
			t.Errorf("order %d is known: %v", n, known)
		}
	}
}

// A file with as many orders as make it renewed would be at every change.
func TestAFileOfManyOrdersIsMadeAnewAfterAsManyChanges(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	const many = minLines + minLines/2
	crowd(b, 0, many, 1)
	if err := b.renew(noon); err != nil {
		t.Fatal(err)
	}
	b.Take(event("42", many))
	b.Take(event("42", many+1))
	if b.journal.lines != many+3 { // and the last ID
		t.Errorf("%d lines for %d orders", b.journal.lines, len(b.orders))
	}
	if b.renewAt < 2*many {
		t.Errorf("it is made anew at %d lines", b.renewAt)
	}
}

func TestALongFileGrowsWhileItCannotBeMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	if err := os.Mkdir(path+".new", 0o700); err != nil { // no file can have that name
		t.Fatal(err)
	}
	b.journal.lines = b.renewAt + 1
	b.Take(event("42", 1))
	if b.Err() != nil || len(b.unstored) > 0 {
		t.Errorf("what could be written is in memory alone: %v", b.Err())
	}
	if b.renewAt < b.journal.lines+minLines/2 {
		t.Errorf("with %d lines it is tried again at %d", b.journal.lines, b.renewAt)
	}
	if err := os.Remove(path + ".new"); err != nil {
		t.Fatal(err)
	}
	if b = reopened(t, b, path); len(b.Open()) != 1 {
		t.Error("the order is gone")
	}
}

func TestTakeAllIsTakeForEach(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Take(event("42", 1))
	rings := b.TakeAll([]order.Event{
		event("42", 1), event("42", 2), event("42", 2), acked(2, 5, "주방"), acked(3, 6, "주방"), event("42", 3), closed(4), event("42", 5),
	})
	if want := []bool{false, true, false, false, false, false, false, true}; !slices.Equal(rings, want) {
		t.Errorf("rings %v, want %v", rings, want)
	}
	if len(b.TakeAll(nil)) != 0 {
		t.Error("nothing rings")
	}
	b = reopened(t, b, path)
	if got := fmt.Sprint(numbers(b.Open())); got != "[1 5]" || b.LastID("42") != event("42", 6).ID {
		t.Errorf("waiting %s, last ID %s", got, b.LastID("42"))
	}
}

func TestOfABatchACrashLeavesTheFirstOnesAndTheRestIsAskedForAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	var events []order.Event
	for n := 1; n <= 20; n++ {
		events = append(events, event("42", n))
	}
	b.TakeAll(events)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for end := range raw {
		b, _ := loaded(t, raw[:end])
		for n := 1; n <= 20; n++ {
			if _, known := b.entry(key(n)); !known && b.LastID("42").Compare(event("42", n).ID) >= 0 {
				t.Fatalf("cut at byte %d: order %d is lost", end, n)
			}
		}
	}
}

func TestMoreThanTheBoundAtOnceIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	events := make([]order.Event, 2*maxUnstored)
	for n := range events {
		events[n] = event("42", n)
	}
	b.TakeAll(events)
	if b = reopened(t, b, path); len(b.Open()) != len(events) || b.LastID("42") != events[len(events)-1].ID {
		t.Errorf("%d waiting, last ID %s", len(b.Open()), b.LastID("42"))
	}
}
