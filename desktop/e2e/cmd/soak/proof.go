//go:build linux

package main

import (
	"fmt"
	"slices"

	"jumun/shared/order"
)

// A violation is a promise that was not kept.
type violation struct {
	promise promise
	mart    order.MartID
	order   order.OrderID
	device  string
	what    string
}

func (v violation) String() string {
	return fmt.Sprintf("%s: mart %s order %s device %s: %s", v.promise, v.mart, v.order, v.device, v.what)
}

// A promise is a promise of jumun. Violations are counted by it.
type promise string

// The promises, in the order in which to read them: each may be the cause of later ones.
const (
	worked   promise = "the run itself"
	chained  promise = "each entry of a log names the one before it"
	onceKept promise = "an order is in the log once"
	recorded promise = "what was accepted is in the log"
	reached  promise = "what is in the log reaches every device"
	rangOnce promise = "an order rings once on each device"
	inOrder  promise = "orders ring in the order of the log"
	silenced promise = "an order waits until it is confirmed, and no longer"
	noGap    promise = "nobody is told of a gap that is none"
)

var promises = []promise{worked, chained, onceKept, recorded, reached, rangOnce, inOrder, silenced, noGap}

// heard is what one device did during a run.
type heard struct {
	device  string
	mart    order.MartID
	alarms  []alarm                // in the order of time
	known   map[order.OrderID]bool // orders that it received
	waiting []order.OrderID        // orders that are not confirmed, as far as it knows
	gaps    int                    // how often it received a gap
}

// prove compares what devices received, and what publishers were promised, with the logs.
// accepted are the orders that a server or Redis has accepted.
func prove(ledgers map[order.MartID]*ledger, accepted map[order.MartID][]order.OrderID, devices []heard) []violation {
	var wrong []violation
	truths := make(map[order.MartID]truth)
	for m, l := range ledgers {
		truths[m] = newTruth(l)
		wrong = append(wrong, once(l)...)
		wrong = append(wrong, kept(m, truths[m], accepted[m])...)
	}
	for _, h := range devices {
		wrong = append(wrong, told(h, ledgers[h.mart], truths[h.mart])...)
	}
	return wrong
}

// truth is a ledger with an index by order.
type truth struct {
	at    map[order.OrderID]order.ID // the position of each order
	acked map[order.OrderID]bool     // orders that were confirmed
}

func newTruth(l *ledger) truth {
	t := truth{at: make(map[order.OrderID]order.ID), acked: make(map[order.OrderID]bool)}
	for _, e := range l.entries {
		switch e.kind {
		case order.Placed:
			if _, twice := t.at[e.number]; !twice {
				t.at[e.number] = e.id
			}
		case order.Acked:
			t.acked[e.number] = true
		}
	}
	return t
}

// once checks that a log has everything once, and that each entry names the one before it.
func once(l *ledger) []violation {
	var wrong []violation
	prev, seen := order.ID("0-0"), make(map[entry]bool)
	for _, e := range l.entries {
		if e.prev != prev {
			wrong = append(wrong, violation{chained, l.mart, e.number, "-", fmt.Sprintf("entry %s of the log names %q as its predecessor, which is %s", e.id, e.prev, prev)})
		}
		what := entry{kind: e.kind, number: e.number}
		if seen[what] {
			wrong = append(wrong, violation{onceKept, l.mart, e.number, "-", fmt.Sprintf("%q is in the log again, as %s", e.kind, e.id)})
		}
		prev, seen[what] = e.id, true
	}
	return wrong
}

// kept checks that every accepted order is in the log.
func kept(m order.MartID, t truth, accepted []order.OrderID) []violation {
	var wrong []violation
	for _, number := range accepted {
		if _, found := t.at[number]; !found {
			wrong = append(wrong, violation{recorded, m, number, "-", "it was accepted, and is not in the log"})
		}
	}
	return wrong
}

// told compares one device with its mart's log.
func told(h heard, l *ledger, t truth) []violation {
	wrong := rung(h, l, t)
	say := func(p promise, number order.OrderID, format string, a ...any) {
		wrong = append(wrong, violation{p, h.mart, number, h.device, fmt.Sprintf(format, a...)})
	}
	if h.gaps > 0 {
		say(noGap, "-", "was told %d times that orders may be missing, and none was", h.gaps)
	}
	last := order.ID("0-0")
	for _, a := range h.alarms {
		at, found := t.at[a.number]
		switch {
		case !found:
			say(rangOnce, a.number, "rang, and is not in the log")
			continue
		case at != a.id:
			say(onceKept, a.number, "rang as %q, and stands at %s", a.id, at)
		case at.Compare(last) < 0:
			say(inOrder, a.number, "at %s rang after what stands at %s", at, last)
		}
		last = at
	}
	return wrong
}

// rung checks that every order rang once, and waits until it is confirmed.
func rung(h heard, l *ledger, t truth) []violation {
	var wrong []violation
	times := make(map[order.OrderID]int)
	for _, a := range h.alarms {
		times[a.number]++
	}
	waits := make(map[order.OrderID]bool)
	for _, number := range h.waiting {
		waits[number] = true
	}
	for _, e := range l.entries {
		if e.kind != order.Placed {
			continue
		}
		if p, what := verdict(times[e.number], h.known[e.number], waits[e.number], t.acked[e.number]); what != "" {
			what += fmt.Sprintf("; it stands at %s in the log, and the device rang %s", e.id, around(h, e.id))
			wrong = append(wrong, violation{p, h.mart, e.number, h.device, what})
		}
	}
	return wrong
}

// verdict returns what is wrong with an order on a device, or nothing. An order that was
// confirmed elsewhere before the device received it does not ring there.
func verdict(rang int, known, waits, acked bool) (promise, string) {
	switch {
	case !known:
		return reached, "was never told"
	case rang > 1:
		return rangOnce, fmt.Sprintf("rang %d times", rang)
	case rang == 0 && !acked:
		return rangOnce, "was told, and did not ring"
	case waits && acked:
		return silenced, "still rings, though it was confirmed"
	case !waits && !acked:
		return silenced, "rings no more, though nobody confirmed it"
	}
	return "", ""
}

// around describes the alarms before and after a position in the log.
func around(h heard, at order.ID) string {
	i := slices.IndexFunc(h.alarms, func(a alarm) bool { return a.id.Compare(at) > 0 })
	switch {
	case len(h.alarms) == 0:
		return "for nothing"
	case i < 0:
		return fmt.Sprintf("for nothing after %s", h.alarms[len(h.alarms)-1].id)
	case i == 0:
		return fmt.Sprintf("for nothing before %s", h.alarms[0].id)
	}
	return fmt.Sprintf("for %s, then for %s", h.alarms[i-1].id, h.alarms[i].id)
}
