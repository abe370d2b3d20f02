package orders

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"jumun/shared/order"
)

// again is the event of order n, recorded once more after some time with an ID of its own.
func again(n int, after time.Duration) order.Event {
	e := event("42", n)
	e.At = e.At.Add(after)
	e.ID = order.ID(fmt.Sprintf("%d-0", e.At.UnixMilli()))
	return e
}

func repeatKey(n int, after time.Duration) Key { return Key{"42", again(n, after).ID} }

// ackOf is the ack of the order that e announced, recorded at a time.
func ackOf(e order.Event, at time.Time, by string) order.Event {
	return order.Event{ID: order.ID(fmt.Sprintf("%d-1", at.UnixMilli())), Mart: e.Mart, Order: e.Order, Kind: order.Acked, Of: e.ID, At: at, By: by}
}

func changeOf(e order.Event, kind order.Kind, at time.Time, by string) order.Event {
	c := ackOf(e, at, by)
	c.Kind = kind
	return c
}

func TestTheCasesThatTheServerIsTestedWith(t *testing.T) {
	type fields struct {
		Key, Summary, Amount string
		PlacedAt             time.Time
	}
	var cases []struct {
		Name                string
		First, Next         fields
		ConfirmedMinutesAgo int
		Repeat              bool
	}
	body, err := os.ReadFile("../../../shared/order/testdata/repeats.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	with := func(e order.Event, f fields) order.Event {
		e.Key, e.Details = f.Key, order.Details{Summary: f.Summary, Amount: f.Amount, PlacedAt: f.PlacedAt}
		return e
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "orders.log")
			b := open(t, path)
			first, next := with(event("42", 1), c.First), with(again(1, 12*time.Hour), c.Next)
			b.Take(first)
			if c.ConfirmedMinutesAgo > 0 {
				b.Take(ackOf(first, next.At.Add(-time.Duration(c.ConfirmedMinutesAgo)*time.Minute), "주방"))
			}
			b = reopened(t, b, path)
			if rings := b.Take(next); rings == c.Repeat {
				t.Errorf("it rings: %v", rings)
			}
			if b = reopened(t, b, path); b.Take(next) {
				t.Error("it rings a second time")
			}
		})
	}
}

func TestAnOrderWithTheSameKeyIsTheSameWhateverItsNumber(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	first, next := event("42", 1), again(2, time.Minute)
	first.Key, next.Key = "k1", "k1"
	if !b.Take(first) || b.Take(next) {
		t.Error("it rings twice")
	}
}

func TestTwoOpenOrdersMayHaveOneNumber(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.log")
	b := open(t, path)
	first, second := event("42", 1), again(1, time.Minute)
	first.Amount, second.Amount = "4,500", "5,000"
	if !b.Take(first) || !b.Take(second) {
		t.Fatal("both should ring")
	}
	b.Confirm(repeatKey(1, time.Minute), "나", noon)
	b = reopened(t, b, path)
	if open := b.Open(); len(open) != 1 || open[0].Amount != "4,500" {
		t.Errorf("waiting: %+v", open)
	}
	if acks := b.Unsent("42"); len(acks) != 1 || acks[0].ID != second.ID {
		t.Errorf("unsent: %+v", acks)
	}
}

func TestOnlyTheLogsClockSaysWhenAnOrderWasConfirmed(t *testing.T) {
	wrong := noon.AddDate(0, 0, -7) // this PC's clock
	tests := []struct {
		name   string
		happen func(*Store)
		after  time.Duration
		rings  bool
	}{
		{"the server lacks the confirmation: it is open", func(b *Store) {}, 5 * time.Hour, false},
		{"the server has it, and its event has not come", func(b *Store) { sent(b, 1) }, 59 * time.Minute, false},
		{"the log had lost the order: its event never comes", func(b *Store) { sent(b, 1) }, time.Hour, true},
		{"its event came", func(b *Store) { b.Take(ackOf(event("42", 1), noon.Add(3*time.Hour), "나")) }, 3*time.Hour + 59*time.Minute, false},
		{"its event came an hour before", func(b *Store) { b.Take(ackOf(event("42", 1), noon.Add(3*time.Hour), "나")) }, 4*time.Hour + time.Second, true},
		{"two days later", func(b *Store) {}, 48 * time.Hour, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, filepath.Join(t.TempDir(), "orders.log"))
			b.Take(event("42", 1))
			b.Confirm(key(1), "나", wrong)
			tt.happen(b)
			if rings := b.Take(again(1, tt.after)); rings != tt.rings {
				t.Errorf("it rings: %v", rings)
			}
		})
	}
}

func TestARepeatOfAnOrderIsConfirmedWithIt(t *testing.T) {
	first, repeat := event("42", 1), again(1, time.Minute)
	both := []order.ID{first.ID, repeat.ID}
	tests := []struct {
		name   string
		happen func(*Store)
		unsent []order.ID
	}{
		{"confirmed after it", func(b *Store) { b.Take(repeat); b.Confirm(key(1), "나", noon) }, both},
		{"confirmed before it, and sent", func(b *Store) { b.Confirm(key(1), "나", noon); sent(b, 1); b.Take(repeat) }, both},
		{"confirmed elsewhere before it", func(b *Store) { b.Take(ackOf(first, noon.Add(time.Second), "주방")); b.Take(repeat) }, both},
		{"it is closed already", func(b *Store) {
			b.Confirm(key(1), "나", noon)
			sent(b, 1)
			closed := repeat
			closed.Confirmed = true
			b.Take(closed)
		}, nil},
		{"confirmed elsewhere by its new ID", func(b *Store) { b.Take(repeat); b.Take(ackOf(repeat, noon.Add(time.Hour), "주방")) }, nil},
		{"confirmed elsewhere by its old ID, which the log has lost", func(b *Store) {
			b.Take(repeat)
			lost := ackOf(first, noon.Add(time.Hour), "주방")
			lost.ID = ""
			b.Take(lost)
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "orders.log")
			b := open(t, path)
			b.Take(first)
			tt.happen(b)
			b = reopened(t, b, path)
			var got []order.ID
			for _, a := range b.Unsent("42") {
				got = a.IDs
			}
			if len(b.Open()) != 0 || !reflect.DeepEqual(got, tt.unsent) {
				t.Errorf("open %v, unsent %v, want %v", b.Open(), got, tt.unsent)
			}
		})
	}
}

func TestAConfirmationOfWhichARepeatComesMeanwhileStaysUnsent(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	b.Take(event("42", 1))
	b.Confirm(key(1), "나", noon)
	before := b.Unsent("42")[0]
	b.Take(again(1, time.Minute))
	b.Sent(before)
	if unsent := b.Unsent("42"); len(unsent) != 1 || len(unsent[0].IDs) != 2 {
		t.Errorf("unsent: %+v", unsent)
	}
}

func TestAnAckOfAnOlderServerConfirmsTheOrdersOfThatNumberBeforeIt(t *testing.T) {
	b := open(t, filepath.Join(t.TempDir(), "orders.log"))
	first, second, later := event("42", 1), again(1, time.Minute), again(1, time.Hour)
	first.Amount, second.Amount, later.Amount = "1", "2", "3"
	for _, e := range []order.Event{first, second, later} {
		b.Take(e)
	}
	ack := ackOf(first, noon.Add(30*time.Minute), "주방")
	ack.Of = ""
	b.Take(ack)
	if open := b.Open(); len(open) != 1 || open[0].Amount != "3" {
		t.Errorf("open: %+v", open)
	}
	ack.ID = "1722099999999-0"
	ack.Order = "2"
	b.Take(ack)
	if !b.Take(event("42", 2)) {
		t.Error("an ack silenced an order that came after it")
	}
}

// What the version wrote that named orders by their numbers: one that waits, one that was confirmed
// and not sent, and the ack of one that never came.
const byNumbers = `{"entry":{"id":"1722081600001-0","mart":"42","order":"1","at":"2024-07-27T12:00:00.001Z","state":"waiting"},"last":"1722081600001-0"}
{"entry":{"id":"1722081600002-0","mart":"42","order":"2","at":"2024-07-27T12:00:00.002Z","state":"confirmed","ended":"2024-07-27T12:00:01Z","by":"나","unsent":true}}
{"entry":{"id":"","mart":"42","order":"3","at":"2024-07-27T12:00:00.003Z","state":"confirmed","acked":"1722081600003-0"}}
`

func TestAJournalThatNamedOrdersByTheirNumbersIsRead(t *testing.T) {
	b, damaged := loaded(t, withSums([]byte(byNumbers)))
	open, acks := b.Open(), b.Unsent("42")
	if damaged > 0 || len(open) != 1 || open[0].key() != key(1) || len(acks) != 1 || acks[0].Key != key(2) {
		t.Errorf("%d damaged, open %+v, unsent %+v", damaged, open, acks)
	}
}

func TestARepeatIsKnownAfterOtherOrdersWereForgotten(t *testing.T) {
	b := empty("")
	b.apply(again(2, -Kept))
	old := closed(3)
	old.At = noon.Add(-Kept)
	b.apply(old)
	b.apply(event("42", 1))
	b.forget(noon.Add(time.Hour))
	if len(b.list) != 2 || b.apply(again(1, time.Minute)) {
		t.Errorf("%d orders, or the repeat rings", len(b.list))
	}
}
