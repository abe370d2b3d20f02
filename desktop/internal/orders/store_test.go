package orders

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
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

func key(n int) Key { return Key{"42", event("42", n).ID} }

func open(t *testing.T, path string) *Store {
	t.Helper()
	b, err := Open(path, noon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// reopened is what another process would find.
func reopened(t *testing.T, b *Store, path string) *Store {
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
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	if !b.Take(event("42", 1)) || b.Take(event("42", 1)) {
		t.Fatal("the first should be fresh, a second not")
	}
	b = reopened(t, b, path)
	if b.Take(event("42", 1)) {
		t.Error("fresh after a restart, while waiting")
	}
	if !b.Confirm(key(1), "카운터", noon) || b.Confirm(key(1), "카운터", noon) {
		t.Error("one confirmation should have ended it, a second have found nothing")
	}
	if b.Take(event("42", 1)) {
		t.Error("fresh after it was confirmed")
	}
	b = reopened(t, b, path)
	if b.Take(event("42", 1)) || len(b.Open()) != 0 {
		t.Error("fresh after it was confirmed, and a restart")
	}
	if !b.Take(event("43", 1)) {
		t.Error("the same number of another mart was taken for a repeat")
	}
}

func TestWaitingOrdersAndTheLastIDSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	for n := range 5 {
		b.Take(event("42", n))
	}
	b.Confirm(key(2), "카운터", noon)
	b = reopened(t, b, path)
	if got, want := numbers(b.Open()), []order.OrderID{"0", "1", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("waiting %v, want %v", got, want)
	}
	if got := b.LastID("42"); got != event("42", 4).ID {
		t.Errorf("last ID %s", got)
	}
}

func TestTheLastIDNeverMovesBack(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	b.Take(event("42", 9))
	b.Take(event("42", 3))
	if got := b.LastID("42"); got != event("42", 9).ID {
		t.Errorf("last ID %s", got)
	}
}

func TestOnlyWhatTheServerKnowsToBeConfirmedIsForgottenAfterAMonth(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	for n := range 4 {
		b.Take(event("42", n))
	}
	b.Confirm(key(1), "카운터", noon)
	b.Confirm(key(2), "카운터", noon)
	sent(b, 1)
	newest := event("43", 9)
	newest.At = noon.Add(Kept + time.Hour)
	b.Take(newest)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path, newest.At)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for n, want := range []bool{true, false, true, true} {
		if _, known := b.orders[key(n)]; known != want {
			t.Errorf("order %d known: %v, want %v", n, known, want)
		}
	}
	if got := unsent(b); !slices.Equal(got, []Key{key(2)}) || b.LastID("42") != event("42", 3).ID {
		t.Errorf("unsent %v, last ID %s", got, b.LastID("42"))
	}
}

func TestAnOrderKeepsItsDetails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	e := event("42", 1)
	e.Details = order.Details{Summary: "김밥 2줄", Amount: "9,000", PlacedAt: noon}
	b.Take(e)
	want := Entry{ID: e.ID, Mart: "42", Order: "1", At: e.At, Summary: "김밥 2줄", Amount: "9,000", PlacedAt: noon, State: Waiting}
	if got := reopened(t, b, path).Open(); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("kept %+v, want %+v", got, want)
	}
}

// What the version wrote that knew no acks.
const earlier = `b209e3fd {"entry":{"id":"1722081600001-0","mart":"42","order":"1","at":"2024-07-27T12:00:00.001Z","state":"waiting"},"last":"1722081600001-0"}
a9cf6665 {"entry":{"id":"1722081600002-0","mart":"42","order":"2","at":"2024-07-27T12:00:00.002Z","state":"waiting"},"last":"1722081600002-0"}
3a40a3de {"entry":{"id":"1722081600001-0","mart":"43","order":"1","at":"2024-07-27T12:00:00.001Z","state":"waiting"},"last":"1722081600001-0"}
e4ae2172 {"entry":{"id":"1722081600001-0","mart":"42","order":"1","at":"2024-07-27T12:00:00.001Z","state":"confirmed","ended":"2024-07-27T12:00:00Z"}}
`

func TestAFileOfTheVersionBeforeIsUnderstood(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	if err := os.WriteFile(path, []byte(earlier), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, path)
	if got := numbers(b.Open()); !slices.Equal(got, []order.OrderID{"1", "2"}) || b.Take(event("42", 1)) {
		t.Errorf("waiting %v, or the confirmed one rings", got)
	}
	if b.LastID("42") != event("42", 2).ID || b.LastID("43") != event("43", 1).ID || b.Unsent("42") != nil {
		t.Errorf("last IDs %v, unsent %v", b.lastID, b.unsent)
	}
}

func TestAClockThatIsYearsAheadLosesNoHistory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	b.Take(event("42", 1))
	b.Confirm(key(1), "카운터", noon)
	sent(b, 1)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := Open(path, noon.AddDate(5, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, known := b.orders[key(1)]; !known {
		t.Error("the history is gone")
	}
}
