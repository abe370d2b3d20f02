package widgets

import (
	"testing"
	"time"
)

func TestOfABurstOneClickCounts(t *testing.T) {
	start := time.Unix(1722000000, 0)
	tests := []struct {
		name    string
		every   time.Duration
		settled time.Duration // from then on
		clicks  int
		counts  []int // which of them do
	}{
		{"one click", 0, 0, 1, []int{0}},
		{"five a second, on what has settled", SettleTime / 2, 0, 20, []int{0}},
		{"five a second, on what has just come: one counts, though nobody waits", SettleTime / 2, SettleTime, 20, []int{2}},
		{"as fast as people think", SettleTime, 0, 3, []int{0, 1, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b Burst
			var got []int
			for n := range tt.clicks {
				at := start.Add(time.Duration(n) * tt.every)
				if b.Take(at, at.Sub(start) >= tt.settled) {
					got = append(got, n)
				}
			}
			if len(got) != len(tt.counts) || got[0] != tt.counts[0] {
				t.Errorf("%v count, not %v", got, tt.counts)
			}
		})
	}
}
