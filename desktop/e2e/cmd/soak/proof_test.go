//go:build linux

package main

import (
	"strings"
	"testing"

	"jumun/desktop/internal/orders"
	"jumun/shared/order"
)

func orderAt(id, prev order.ID, s serial) entry {
	return entry{id: id, prev: prev, kind: order.Placed, number: "1001", of: id, serial: s}
}

func change(id, prev order.ID, kind order.Kind, of order.ID) entry {
	return entry{id: id, prev: prev, kind: kind, number: "1001", of: of}
}

// day returns the log of a mart with four orders of one number: b was confirmed, d was withdrawn. And
// a device that received all of it.
func day() (*ledger, heard) {
	l := &ledger{mart: "m", entries: []entry{
		orderAt("1-0", "0-0", "a"), orderAt("2-0", "1-0", "b"), change("3-0", "2-0", order.Acked, "2-0"),
		orderAt("4-0", "3-0", "c"), orderAt("5-0", "4-0", "d"), change("6-0", "5-0", order.Cancelled, "5-0"),
	}}
	h := heard{device: "pc", mart: "m", known: make(map[order.ID]bool), alarms: alarms("1-0", "2-0", "4-0", "5-0"),
		open: map[order.ID]orders.State{"1-0": orders.Waiting, "4-0": orders.Waiting, "5-0": orders.Cancelled}}
	for _, e := range l.entries {
		h.known[e.id] = true
	}
	return l, h
}

func alarms(ids ...order.ID) (all []alarm) {
	for _, id := range ids {
		all = append(all, alarm{"1001", id})
	}
	return all
}

// openAgain opens b again, and confirms it.
func openAgain(l *ledger, h *heard) {
	l.entries = append(l.entries, change("7-0", "6-0", order.Reopened, "2-0"), change("8-0", "7-0", order.Acked, "2-0"))
	h.known["7-0"], h.known["8-0"] = true, true
}

func TestTheProofSeesEveryPromiseThatIsNotKept(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(*ledger, *heard)
		want  string // part of the only violation; empty: there is none
	}{
		{"all is well", func(*ledger, *heard) {}, ""},
		{"confirmed before it was heard", func(_ *ledger, h *heard) { h.alarms = alarms("1-0", "4-0", "5-0") }, ""},
		{"withdrawn before it was heard", func(_ *ledger, h *heard) { h.alarms = alarms("1-0", "2-0", "4-0") }, ""},
		{"opened again, and rang again", func(l *ledger, h *heard) {
			openAgain(l, h)
			h.alarms = append(h.alarms, alarms("2-0")...)
		}, ""},
		{"opened again while it was not connected", openAgain, ""},
		{"missing", func(_ *ledger, h *heard) { delete(h.known, "4-0") }, "was never told of the order 4-0"},
		{"an answer is missing", func(_ *ledger, h *heard) { delete(h.known, "3-0") }, "was never told of the ack 3-0"},
		{"told, but silent", func(_ *ledger, h *heard) { h.alarms = alarms("1-0", "2-0", "5-0") }, "was told, and did not ring"},
		{"doubled", func(_ *ledger, h *heard) { h.alarms = append(h.alarms, alarms("4-0")...) }, "rang 2 times"},
		{"opened again once, and rang three times", func(l *ledger, h *heard) {
			openAgain(l, h)
			h.alarms = append(h.alarms, alarms("2-0", "2-0")...)
		}, "rang 3 times, and was opened again 1 times"},
		{"reordered", func(_ *ledger, h *heard) { h.alarms = alarms("2-0", "1-0", "4-0", "5-0") }, "at 1-0 rang after what stands at 2-0"},
		{"extra", func(_ *ledger, h *heard) { h.alarms = append(h.alarms, alarms("9-0")...) }, "rang as 9-0, and is not in the log"},
		{"not silenced", func(_ *ledger, h *heard) { h.open["2-0"] = orders.Waiting }, `is "waiting" there, and "" by the log`},
		{"silenced by nobody", func(_ *ledger, h *heard) { delete(h.open, "4-0") }, `is "" there, and "waiting" by the log`},
		{"the withdrawal was not shown", func(_ *ledger, h *heard) { h.open["5-0"] = orders.Waiting }, `is "waiting" there, and "cancelled" by the log`},
		{"a gap that was none", func(_ *ledger, h *heard) { h.gaps = 1 }, "device pc: was told 1 times"},
		{"an order in the log twice", func(l *ledger, h *heard) {
			l.entries = append(l.entries, orderAt("7-0", "6-0", "b"), change("8-0", "7-0", order.Acked, "7-0"))
			h.known["7-0"], h.known["8-0"] = true, true
		}, "is in the log as"},
		{"an ack in the log twice", func(l *ledger, h *heard) {
			l.entries = append(l.entries, change("7-0", "6-0", order.Acked, "2-0"))
			h.known["7-0"] = true
		}, `"ack" of 2-0 is in the log as 7-0, when it was "confirmed"`},
		{"withdrawn in place of another one", func(l *ledger, h *heard) {
			l.entries = append(l.entries, change("7-0", "6-0", order.Cancelled, "4-0"))
			h.known["7-0"], h.open["4-0"] = true, orders.Cancelled
		}, "was withdrawn in place of another one"},
		{"what was rolled back", func(l *ledger, h *heard) {
			l.entries = append(l.entries, orderAt("7-0", "6-0", committedSerial+"1"))
			h.known["7-0"], h.alarms, h.open["7-0"] = true, append(h.alarms, alarms("7-0")...), orders.Waiting
		}, "what a shop has rolled back is not in the log"},
		{"a broken chain", func(l *ledger, _ *heard) { l.entries[3].prev = "2-0" }, "names \"2-0\" as its predecessor, which is 3-0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, h := day()
			tt.spoil(l, &h)
			got := prove(map[order.MartID]*ledger{"m": l}, accepted{map[order.MartID][]serial{"m": {"a", "b"}}, map[serial]bool{"d": true}, nil}, []heard{h})
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("%v, though nothing is wrong", got)
			case tt.want != "" && (len(got) != 1 || !strings.Contains(got[0].String(), tt.want)):
				t.Errorf("said %v, want %q alone", got, tt.want)
			}
		})
	}
}

func TestTheProofMissesWhatWasAcceptedAndTheLogLacks(t *testing.T) {
	for _, tt := range []struct {
		name     string
		promised accepted
		want     string
	}{
		{"an order", accepted{map[order.MartID][]serial{"m": {"z"}}, map[serial]bool{"d": true}, nil}, "it was accepted, and is not in the log"},
		{"an order that was withdrawn before", accepted{map[order.MartID][]serial{"m": {"z"}}, map[serial]bool{"d": true, "z": true}, nil}, ""},
		{"a withdrawal", accepted{nil, map[serial]bool{"d": true, "a": true}, nil}, "its withdrawal was accepted, and is not in the log"},
		{"a withdrawal that may have been lost", accepted{nil, map[serial]bool{"d": true, "a": false}, nil}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, h := day()
			got := prove(map[order.MartID]*ledger{"m": l}, tt.promised, []heard{h})
			if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0].what, tt.want)) {
				t.Errorf("said %v", got)
			}
		})
	}
}
