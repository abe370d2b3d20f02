package widgets

import "time"

// A Burst makes one click of many that follow each other closely count: an impatient person presses
// again and again, and what was pressed first has moved away meanwhile. The zero value is ready to use.
type Burst struct {
	last  time.Time // of the last click, whether or not it counted
	spent bool      // a click of this burst has counted
}

// Take reports whether a click at now counts, if it is on something that has settled.
func (b *Burst) Take(now time.Time, settled bool) bool {
	if now.Sub(b.last) >= SettleTime {
		b.spent = false
	}
	b.last = now
	counts := settled && !b.spent
	b.spent = b.spent || counts
	return counts
}
