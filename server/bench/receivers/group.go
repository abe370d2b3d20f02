//go:build linux

package receivers

import (
	"time"

	"jumun/server/bench/sseread"
	"jumun/server/bench/stats"
)

// A group counts what its devices receive.
type group struct {
	together        bool // they share one mart: measure how far apart they get an order
	fresh, repeated int64
	delays          []time.Duration
	spreads         map[sseread.Order]spread
}

// A spread is when the first device and the last one got an order.
type spread struct{ first, last time.Time }

func (g *group) add(fresh bool, o sseread.Order, now time.Time) {
	if !fresh {
		g.repeated++
		return
	}
	g.fresh++
	g.delays = append(g.delays, time.Duration(now.UnixNano()-o.At))
	if !g.together {
		return
	}
	s, known := g.spreads[o]
	if !known {
		s.first = now
	}
	s.last = now
	g.spreads[o] = s
}

func newGroup(together bool) group {
	return group{together: together, spreads: map[sseread.Order]spread{}}
}

// result returns what was received, and clears it.
func (g *group) result() Heard {
	var spreads []time.Duration
	for _, s := range g.spreads {
		spreads = append(spreads, s.last.Sub(s.first))
	}
	h := Heard{g.fresh, g.repeated, stats.QuantilesOf(g.delays), stats.QuantilesOf(spreads)}
	*g = newGroup(g.together)
	return h
}
