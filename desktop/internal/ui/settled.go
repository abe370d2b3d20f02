package ui

import (
	"time"

	"jumun/desktop/internal/ipc"
)

// A click counts only on a card that has been where it is for this long: the second
// click of a double click, or a finger that was already on its way, must not confirm
// the order that has just come under it. People need 200 ms at the very least to react
// to what they see; a slow double click takes 500 ms.
const settleTime = 500 * time.Millisecond

// settled knows since when each card has been where it is. The zero value is ready.
type settled struct{ spots map[ipc.Key]spot }

type spot struct {
	bottom float32
	since  time.Time
}

// put says where all open cards are now.
func (s *settled) put(keys []ipc.Key, bottoms []float32, now time.Time) {
	spots := make(map[ipc.Key]spot, len(keys))
	for i, k := range keys {
		spots[k] = spot{bottoms[i], now}
		if was, ok := s.spots[k]; ok && was.bottom == bottoms[i] {
			spots[k] = was
		}
	}
	s.spots = spots
}

// firm says whether a click on the card counts.
func (s *settled) firm(k ipc.Key, now time.Time) bool {
	at, ok := s.spots[k]
	return ok && now.Sub(at.since) >= settleTime
}

// touch makes what was just pressed settle again: a double click is one press.
func (s *settled) touch(k ipc.Key, now time.Time) {
	s.spots[k] = spot{s.spots[k].bottom, now}
}
