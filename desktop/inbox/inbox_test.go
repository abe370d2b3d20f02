package inbox

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jumun/shared/order"
)

var noon = time.Date(2024, 7, 27, 12, 0, 0, 0, time.UTC)

func event(mart order.MartID, n int) order.Event {
	return order.Event{
		ID: order.ID(fmt.Sprintf("%d-0", noon.UnixMilli()+int64(n))), Mart: mart,
		Order: order.OrderID(fmt.Sprint(n)), Kind: order.Placed, At: noon.Add(time.Duration(n) * time.Millisecond),
	}
}

func key(n int) Key { return Key{"42", order.OrderID(fmt.Sprint(n))} }

func open(t *testing.T, path string) *Inbox {
	t.Helper()
	b, err := Open(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// reopened is what another process would find.
func reopened(t *testing.T, b *Inbox, path string) *Inbox {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

func numbers(entries []Entry) []order.OrderID {
	var list []order.OrderID
	for _, e := range entries {
		list = append(list, e.Order)
	}
	return list
}

func TestARepeatIsNotFreshWhateverHappenedMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox.log")
	b := open(t, path)
	if !b.Add(event("42", 1)) || b.Add(event("42", 1)) {
		t.Fatal("the first should be fresh, a second not")
	}
	b = reopened(t, b, path)
	if b.Add(event("42", 1)) {
		t.Error("fresh after a restart, while waiting")
	}
	if !b.Confirm(key(1), noon) || b.Confirm(key(1), noon) {
		t.Error("one confirmation should have ended it, a second have found nothing")
	}
	if b.Add(event("42", 1)) {
		t.Error("fresh after it was confirmed")
	}
	b = reopened(t, b, path)
	if b.Add(event("42", 1)) || len(b.Waiting()) != 0 {
		t.Error("fresh after it was confirmed, and a restart")
	}
	if !b.Add(event("43", 1)) {
		t.Error("the same number of another mart was taken for a repeat")
	}
}

func TestWaitingOrdersAndTheLastIDSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox.log")
	b := open(t, path)
	for n := range 5 {
		b.Add(event("42", n))
	}
	b.Confirm(key(2), noon)
	b = reopened(t, b, path)
	if got, want := numbers(b.Waiting()), []order.OrderID{"0", "1", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("waiting %v, want %v", got, want)
	}
	if got := b.LastID("42"); got != event("42", 4).ID {
		t.Errorf("last ID %s", got)
	}
}

func TestTheLastIDNeverMovesBack(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "inbox.log"))
	b.Add(event("42", 9))
	b.Add(event("42", 3))
	if got := b.LastID("42"); got != event("42", 9).ID {
		t.Errorf("last ID %s", got)
	}
}

func TestConfirmedOrdersAreForgottenAfterAMonthAndWaitingOnesNever(t *testing.T) {
	path := filepath.Join(t.TempDir(), "inbox.log")
	b := open(t, path)
	for n := range 3 {
		b.Add(event("42", n))
	}
	b.Confirm(key(1), noon)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path, noon.Add(Kept+time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for n, want := range []bool{true, false, true} {
		if _, known := b.orders[key(n)]; known != want {
			t.Errorf("order %d known: %v, want %v", n, known, want)
		}
	}
}
