package popup

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

// settled knows since when each card has been in its place, so that a click on a card that
// has only just moved there does not count. The zero value is ready to use.
type settled struct{ places map[ipc.Key]place }

type place struct {
	bottom float32
	since  time.Time
}

// update notes where all open cards are now.
func (s *settled) update(keys []ipc.Key, bottoms []float32, now time.Time) {
	places := make(map[ipc.Key]place, len(keys))
	for i, k := range keys {
		places[k] = place{bottoms[i], now}
		if was, ok := s.places[k]; ok && was.bottom == bottoms[i] {
			places[k] = was
		}
	}
	s.places = places
}

// counts reports whether a click on the card counts.
func (s *settled) counts(k ipc.Key, now time.Time) bool {
	at, ok := s.places[k]
	return ok && now.Sub(at.since) >= widgets.SettleTime
}

// restart makes a card that was just pressed settle again: a double click is one press.
func (s *settled) restart(k ipc.Key, now time.Time) {
	s.places[k] = place{s.places[k].bottom, now}
}
