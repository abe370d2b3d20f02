package popup

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

func TestAClickCountsOnlyOnACardThatStoodStill(t *testing.T) {
	a, b, c := ipc.Key{Order: "A"}, ipc.Key{Order: "B"}, ipc.Key{Order: "C"}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later := start.Add(10 * time.Second)
	var s settled
	s.update([]ipc.Key{a, b}, layout{open: 2}.bottoms(), start)
	if s.counts(a, start) || s.counts(b, start.Add(widgets.SettleTime-1)) {
		t.Error("a click counts on a card that has only just come")
	}
	if !s.counts(a, start.Add(widgets.SettleTime)) {
		t.Error("a click does not count on a card that stood still")
	}
	// B was at the bottom, and is again after A above it is confirmed.
	s.update([]ipc.Key{b}, layout{open: 1}.bottoms(), later)
	if !s.counts(b, later) {
		t.Error("a click does not count on a card that did not move")
	}
	// C comes below B, under the finger.
	s.update([]ipc.Key{b, c}, layout{open: 2}.bottoms(), later)
	if s.counts(c, later) || s.counts(b, later.Add(widgets.SettleTime-1)) {
		t.Error("a click counts on a card that has slid under it")
	}
	s.restart(b, later.Add(time.Minute))
	if s.counts(b, later.Add(time.Minute)) || !s.counts(b, later.Add(time.Minute+widgets.SettleTime)) {
		t.Error("a double click counts twice")
	}
	if s.counts(a, later.Add(time.Hour)) {
		t.Error("a click counts on a card that is gone")
	}
}
