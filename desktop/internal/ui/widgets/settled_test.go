package widgets

import (
	"slices"
	"testing"
	"time"
)

func TestAClickCountsOnlyOnWhatStoodStill(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	later := start.Add(10 * time.Second)
	counts := func(s Settled[string], k string, now time.Time) bool { return s.Counts(k, now) } // s is a copy: no burst
	var s Settled[string]
	s.Update(map[string]float32{"A": 208, "B": 0}, start)
	if counts(s, "A", start) || counts(s, "B", start.Add(SettleTime-1)) {
		t.Error("a click counts on what has only just come")
	}
	if !counts(s, "A", start.Add(SettleTime)) {
		t.Error("a click does not count on what stood still")
	}
	s.Update(map[string]float32{"B": 0}, later)
	if !counts(s, "B", later) {
		t.Error("a click does not count on what did not move")
	}
	if counts(s, "A", later.Add(time.Hour)) {
		t.Error("a click counts on what is gone")
	}
	s.Update(map[string]float32{"B": 208, "C": 0}, later)
	if counts(s, "C", later) || counts(s, "B", later.Add(SettleTime-1)) {
		t.Error("a click counts on what has slid under it")
	}
	s.Restart("B", later.Add(time.Minute))
	if counts(s, "B", later.Add(time.Minute)) || !counts(s, "B", later.Add(time.Minute+SettleTime)) {
		t.Error("a double click counts twice")
	}
	if s.Clear(); counts(s, "B", later.Add(time.Hour)) {
		t.Error("a click counts on an empty window")
	}
}

func TestABurstOfClicksCountsOnlyOnWhatWasThereWhenItBegan(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		name  string
		every time.Duration // between two clicks at the place where A is for a second, and then B
		want  []string      // what they count on
	}{
		{"five a second", 200 * time.Millisecond, []string{"A"}},
		{"as fast as people think", SettleTime, []string{"A", "B"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var s Settled[string]
			var got []string
			for now := start; now.Before(start.Add(10 * time.Second)); now = now.Add(tt.every) {
				there := "A"
				if now.Sub(start) >= time.Second {
					there = "B"
				}
				if s.Update(map[string]float32{there: 0}, now); s.Counts(there, now) && !slices.Contains(got, there) {
					got = append(got, there)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("they count on %v", got)
			}
		})
	}
}

func TestTheSecondPressOfAButtonThatAsksCountsInABurst(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var s Settled[string]
	s.Update(map[string]float32{"all": 0}, start)
	var counted []time.Duration
	for after := time.Second; after < 3*time.Second; after += 300 * time.Millisecond {
		if now := start.Add(after); s.Counts("all", now) {
			counted = append(counted, after)
			s.Restart("all", now)
		}
	}
	if len(counted) != 4 {
		t.Errorf("it counts after %v", counted)
	}
}
