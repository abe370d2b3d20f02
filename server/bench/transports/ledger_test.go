//go:build linux

package main

import (
	"testing"
	"time"

	"jumun/shared/order"
)

func TestTheNumberOfAnOrderTellsWhenItWasPublished(t *testing.T) {
	at := time.Unix(1_800_000_000, 123_456_789)
	seq, published, err := readNumber(number(7, at))
	if seq != 7 || !published.Equal(at) || err != nil {
		t.Errorf("%d, %v, %v", seq, published, err)
	}
	if _, err := order.ParseOrderID(string(number(1<<31, at))); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoNumberOfOursIsRefused(t *testing.T) {
	for _, text := range []order.OrderID{"", "1", "-", "1-", "-1", "a-1", "1-b", "-1-1", "1--1", "1-2-3", "1-99999999999999999999"} {
		if seq, at, err := readNumber(text); err == nil {
			t.Errorf("%q is read as %d, %v", text, seq, at)
		}
	}
}

func FuzzReadNumber(f *testing.F) {
	for _, text := range []string{"0-0", "7-1800000000123456789", "1-", "+1-1", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		seq, at, err := readNumber(order.OrderID(text))
		if err != nil {
			return
		}
		if again, then, err := readNumber(number(seq, at)); again != seq || !then.Equal(at) || err != nil {
			t.Errorf("%q came back as %d, %v, %v", text, again, then, err)
		}
	})
}

func TestTheLedgerTellsLostRepeatedAndStrangeOrdersApart(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	l := newLedger([]order.MartID{"1", "2", "1", "3"})
	for _, heard := range []struct {
		mart order.MartID
		text order.OrderID
	}{
		{"1", number(0, at)},
		{"2", number(1, at)},
		{"2", number(1, at)}, // again
		{"2", number(2, at)}, // of another mart
		{"1", number(4, at)}, // never published
		{"1", "what is no number"},
		{"1", number(2, at)},
	} {
		l.hear(heard.mart, heard.text, at.Add(time.Millisecond))
	}
	var r result
	l.tell(&r)
	if r.Lost != 1 || r.Repeated != 1 || r.Strange != 3 || r.P50 != time.Millisecond {
		t.Errorf("%+v", r)
	}
	select {
	case <-l.all:
		t.Error("all were heard, though one is missing")
	default:
	}
	l.hear("3", number(3, at), at.Add(time.Second))
	<-l.all
	if l.tell(&r); r.Lost != 0 || r.P99 != time.Second {
		t.Errorf("%+v", r)
	}
}

func TestAPercentileIsOneOfTheDelays(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	tests := []struct {
		name   string
		delays []time.Duration
		p      int
		want   time.Duration
	}{
		{"of none", nil, 99, 0},
		{"of one", hundred[:1], 50, 100},
		{"the middle of three", []time.Duration{3, 1, 2}, 50, 2},
		{"the middle of a hundred", hundred, 50, 50},
		{"all but one", hundred, 99, 99},
		{"all", hundred, 100, 100},
		{"none of them", hundred, 0, 1},
	}
	for _, tt := range tests {
		if got := percentile(tt.delays, tt.p); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	if hundred[0] != 100 {
		t.Error("the delays were put in another order")
	}
}
