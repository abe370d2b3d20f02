package orders

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"jumun/shared/order"
)

// acked is the event that says who confirmed an order; n is where it stands in the log.
func acked(number, n int, by string) order.Event {
	e := event("42", n)
	e.Kind, e.Order, e.Of, e.By = order.Acked, event("42", number).Order, key(number).ID, by
	return e
}

// sent tells b that the server knows of the confirmation of an order.
func sent(b *Store, n int) { b.Sent(Ack{Key: key(n), IDs: []order.ID{key(n).ID}}) }

// unsent returns what the server has to be told of mart 42.
func unsent(b *Store) (keys []Key) {
	for _, a := range b.Unsent("42") {
		keys = append(keys, a.Key)
	}
	return keys
}

func closed(n int) order.Event {
	e := event("42", n)
	e.Confirmed = true
	return e
}

func TestWhatEventsMakeOfAnOrder(t *testing.T) {
	type entry struct {
		state  State
		by     string
		ended  time.Time
		unsent bool
	}
	later := func(n int) time.Time { return event("42", n).At }
	here := noon.Add(time.Hour)
	tests := []struct {
		name   string
		happen func(b *Store)
		rings  bool // once more, if the order comes then
		want   entry
	}{
		{"nothing came", func(*Store) {}, true, entry{state: Waiting}},
		{"it came", func(b *Store) { b.Take(event("42", 1)) }, false, entry{state: Waiting}},
		{"confirmed here", func(b *Store) { b.Take(event("42", 1)); b.Confirm(key(1), "나", here) },
			false, entry{Confirmed, "나", here, true}},
		{"confirmed here, and told", func(b *Store) { b.Take(event("42", 1)); b.Confirm(key(1), "나", here); sent(b, 1) },
			false, entry{Confirmed, "나", here, false}},
		{"confirmed elsewhere", func(b *Store) { b.Take(event("42", 1)); b.Take(acked(1, 5, "주방")) },
			false, entry{Confirmed, "주방", later(5), false}},
		{"confirmed elsewhere, in vain here", func(b *Store) {
			b.Take(event("42", 1))
			b.Take(acked(1, 5, "주방"))
			if b.Confirm(key(1), "나", here) {
				t.Error("an order that was confirmed waited")
			}
		}, false, entry{Confirmed, "주방", later(5), false}},
		{"confirmed here, but elsewhere first: the log decides", func(b *Store) {
			b.Take(event("42", 1))
			b.Confirm(key(1), "나", here)
			b.Take(acked(1, 5, "주방"))
		}, false, entry{Confirmed, "주방", later(5), false}},
		{"the first ack says who", func(b *Store) {
			b.Take(event("42", 1))
			b.Take(acked(1, 5, "주방"))
			b.Take(acked(1, 9, "홀"))
		}, false, entry{Confirmed, "주방", later(5), false}},
		{"the ack of an order that never came", func(b *Store) { b.Take(acked(1, 5, "주방")) },
			false, entry{Confirmed, "주방", later(5), false}},
		{"replayed, confirmed since", func(b *Store) { b.Take(closed(1)) }, false, entry{state: Confirmed}},
		{"replayed, confirmed since, and by whom", func(b *Store) { b.Take(closed(1)); b.Take(acked(1, 5, "주방")) },
			false, entry{Confirmed, "주방", later(5), false}},
		{"it waits here: its ack will follow the replay", func(b *Store) { b.Take(event("42", 1)); b.Take(closed(1)) },
			false, entry{state: Waiting}},
		{"a kind that a later server knows", func(b *Store) {
			e := event("42", 1)
			e.Kind = "moved"
			b.Take(e)
		}, true, entry{state: Waiting}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "orders.log")
			b := open(t, path)
			tt.happen(b)
			b = reopened(t, b, path)
			if rings := b.Take(event("42", 1)); rings != tt.rings {
				t.Errorf("it rings: %v, want %v", rings, tt.rings)
			}
			e, _ := b.entry(key(1))
			if got := (entry{e.State, e.By, e.Ended, e.Unsent}); got != tt.want {
				t.Errorf("it is %+v, want %+v", got, tt.want)
			}
			if waits := len(b.Open()) == 1; waits != (tt.want.state == Waiting) {
				t.Errorf("it waits: %v", waits)
			}
			if unsent := len(b.Unsent("42")) == 1; unsent != tt.want.unsent {
				t.Errorf("it is unsent: %v", unsent)
			}
		})
	}
}

func TestConfirmationsAreUnsentInTheirOrderAndEachMartHasItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	for n := range 4 {
		b.Take(event("42", n))
		b.Take(event("43", n))
	}
	for i, n := range []int{2, 0, 3} {
		b.Confirm(key(n), "나", noon.Add(time.Duration(i)*time.Second))
	}
	b.Confirm(Key{"43", key(1).ID}, "나", noon)
	b = reopened(t, b, path)
	if got := unsent(b); !slices.Equal(got, []Key{key(2), key(0), key(3)}) {
		t.Errorf("unsent %v", got)
	}
	sent(b, 0)
	sent(b, 0)
	sent(b, 1) // which still waits
	b = reopened(t, b, path)
	if got := unsent(b); !slices.Equal(got, []Key{key(2), key(3)}) || len(b.Unsent("43")) != 1 || len(b.Open()) != 4 {
		t.Errorf("unsent %v and %v, waiting %v", got, b.Unsent("43"), b.Open())
	}
}

func TestAnAckMovesTheLastID(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	b.Take(event("42", 1))
	for _, e := range []order.Event{acked(1, 5, "주방"), acked(1, 6, "홀"), acked(7, 8, "홀")} {
		if b.Take(e); b.LastID("42") != e.ID {
			t.Errorf("last ID %s, want %s", b.LastID("42"), e.ID)
		}
	}
}

func TestAcksOfOrdersThatTheLogDoesNotHaveLeaveNothingBehind(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	for n := range 100 {
		e := acked(n, 1000+n, "주방")
		e.ID = "" // it is not in the log
		b.Take(e)
	}
	if len(b.orders) != 0 || len(b.list) != 0 {
		t.Errorf("%d orders are remembered", len(b.orders))
	}
	b.Take(event("42", 1))
	e := acked(1, 1001, "주방")
	e.ID = ""
	if b.Take(e); len(b.Open()) != 0 {
		t.Error("an order that this PC knows goes on ringing")
	}
}
