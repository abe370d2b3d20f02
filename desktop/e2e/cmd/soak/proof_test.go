//go:build linux

package main

import (
	"strings"
	"testing"

	"jumun/shared/order"
)

// day returns the log of a mart with three orders, of which b was confirmed, and a device that
// received all of it.
func day() (*ledger, heard) {
	l := &ledger{mart: "m", entries: []entry{
		{"1-0", "0-0", order.Placed, "a"}, {"2-0", "1-0", order.Placed, "b"},
		{"3-0", "2-0", order.Acked, "b"}, {"4-0", "3-0", order.Placed, "c"},
	}}
	h := heard{device: "pc", mart: "m", known: map[order.OrderID]bool{"a": true, "b": true, "c": true}, waiting: []order.OrderID{"a", "c"}}
	h.alarms = []alarm{{"a", "1-0"}, {"b", "2-0"}, {"c", "4-0"}}
	return l, h
}

func TestTheProofSeesEveryPromiseThatIsNotKept(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*ledger, *heard)
		want  string // part of the only violation; empty: there is none
	}{
		{"all is well", func(*ledger, *heard) {}, ""},
		{"confirmed before it was heard", func(_ *ledger, h *heard) { h.alarms = []alarm{{"a", "1-0"}, {"c", "4-0"}} }, ""},
		{"missing", func(_ *ledger, h *heard) {
			h.alarms, h.waiting = h.alarms[:2], h.waiting[:1]
			delete(h.known, "c")
		}, "order c device pc: was never told"},
		{"missing, though it was confirmed", func(_ *ledger, h *heard) {
			h.alarms = []alarm{{"a", "1-0"}, {"c", "4-0"}}
			delete(h.known, "b")
		}, "order b device pc: was never told"},
		{"told, but silent", func(_ *ledger, h *heard) { h.alarms = h.alarms[:2] }, "order c device pc: was told, and did not ring"},
		{"doubled", func(_ *ledger, h *heard) { h.alarms = append(h.alarms, alarm{"c", "4-0"}) }, "order c device pc: rang 2 times"},
		{"doubled, though it was confirmed", func(_ *ledger, h *heard) {
			h.alarms = []alarm{{"a", "1-0"}, {"b", "2-0"}, {"b", "2-0"}, {"c", "4-0"}}
		}, "order b device pc: rang 2 times"},
		{"reordered", func(_ *ledger, h *heard) { h.alarms[0], h.alarms[1] = h.alarms[1], h.alarms[0] }, "order a device pc: at 1-0 rang after what stands at 2-0"},
		{"extra", func(_ *ledger, h *heard) { h.alarms = append(h.alarms, alarm{"x", "9-0"}) }, "order x device pc: rang, and is not in the log"},
		{"under a wrong ID", func(_ *ledger, h *heard) { h.alarms[2].id = "5-0" }, `order c device pc: rang as "5-0"`},
		{"not silenced", func(_ *ledger, h *heard) { h.waiting = append(h.waiting, "b") }, "order b device pc: still rings"},
		{"silenced by nobody", func(_ *ledger, h *heard) { h.waiting = h.waiting[:1] }, "order c device pc: rings no more"},
		{"a gap that was none", func(_ *ledger, h *heard) { h.gaps = 1 }, "device pc: was told 1 times"},
		{"an order in the log twice", func(l *ledger, _ *heard) {
			l.entries = append(l.entries, entry{"5-0", "4-0", order.Acked, "b"})
		}, "order b device -: \"ack\" is in the log again"},
		{"a broken chain", func(l *ledger, _ *heard) { l.entries[3].prev = "2-0" }, "names \"2-0\" as its predecessor, which is 3-0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, h := day()
			tt.spoil(l, &h)
			got := prove(map[order.MartID]*ledger{"m": l}, map[order.MartID][]order.OrderID{"m": {"a", "b"}}, []heard{h})
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("%v, though nothing is wrong", got)
			case tt.want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), tt.want)):
				t.Errorf("said %v, want %q alone", got, tt.want)
			}
		})
	}
}

func TestTheProofMissesAnAcceptedOrderThatTheLogLacks(t *testing.T) {
	l, h := day()
	got := prove(map[order.MartID]*ledger{"m": l}, map[order.MartID][]order.OrderID{"m": {"z"}}, []heard{h})
	if len(got) != 1 || got[0].order != "z" || !strings.Contains(got[0].what, "accepted") {
		t.Errorf("said %v", got)
	}
}
