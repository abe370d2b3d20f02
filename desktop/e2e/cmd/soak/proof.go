//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"

	"jumun/desktop/internal/orders"
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
	onceKept promise = "an order is in the log once, and what happens to it too"
	recorded promise = "what was accepted is in the log"
	rolled   promise = "what a shop has rolled back is not in the log"
	withdrew promise = "what its publisher withdrew is withdrawn, and nothing else"
	reached  promise = "what is in the log reaches every device"
	rangOnce promise = "an order rings once on each device, and again if it is opened again"
	inOrder  promise = "orders ring in the order of the log"
	silenced promise = "an order needs a person until somebody has answered it, and no longer"
	noGap    promise = "nobody is told of a gap that is none"
)

var promises = []promise{worked, chained, onceKept, recorded, rolled, withdrew, reached, rangOnce, inOrder, silenced, noGap}

// heard is what one device did during a run.
type heard struct {
	device string
	mart   order.MartID
	alarms []alarm                   // in the order of time
	known  map[order.ID]bool         // events that it received
	open   map[order.ID]orders.State // orders that need a person, as far as it knows
	gaps   int                       // how often it received a gap
}

// prove compares what devices received, and what publishers were promised, with the logs.
func prove(ledgers map[order.MartID]*ledger, promised accepted, devices []heard) []violation {
	var wrong []violation
	fates := make(map[order.MartID]map[order.ID]*fate)
	for m, l := range ledgers {
		var impossible []violation
		fates[m], impossible = l.fates()
		wrong = append(append(wrong, impossible...), chain(l)...)
		wrong = append(wrong, meant(m, fates[m], promised)...)
		wrong = append(wrong, kept(m, fates[m], promised)...)
	}
	for _, h := range devices {
		wrong = append(wrong, told(h, ledgers[h.mart], fates[h.mart])...)
	}
	return wrong
}

// chain checks that each entry of a log names the one before it.
func chain(l *ledger) []violation {
	var wrong []violation
	prev := order.ID("0-0")
	for _, e := range l.entries {
		if e.prev != prev {
			wrong = append(wrong, violation{chained, l.mart, e.number, "-", fmt.Sprintf("entry %s of the log names %q as its predecessor, which is %s", e.id, e.prev, prev)})
		}
		prev = e.id
	}
	return wrong
}

// meant checks that nothing was done to an order that was meant for another one: each is in the log
// once, and only those are withdrawn that their publisher withdrew.
func meant(m order.MartID, fates map[order.ID]*fate, promised accepted) []violation {
	var wrong []violation
	first := make(map[serial]order.ID)
	for id, f := range fates {
		if f.placed == 0 {
			wrong = append(wrong, violation{onceKept, m, "-", "-", fmt.Sprintf("%s was changed, and is not in the log", id)})
		}
		if other, twice := first[f.serial]; twice {
			wrong = append(wrong, violation{onceKept, m, order.OrderID(f.serial), "-", fmt.Sprintf("is in the log as %s and as %s", other, id)})
		}
		first[f.serial] = id
		if strings.HasPrefix(string(f.serial), committedSerial) && !promised.committed[f.serial] {
			wrong = append(wrong, violation{rolled, m, order.OrderID(f.serial), "-", fmt.Sprintf("it is in the log as %s", id)})
		}
		if _, is := promised.withdrawals[f.serial]; f.cancelled && !is {
			wrong = append(wrong, violation{withdrew, m, order.OrderID(f.serial), "-", "was withdrawn in place of another one"})
		}
	}
	return wrong
}

// kept checks that every accepted order is in the log, and that every accepted withdrawal is. Only an
// order that was withdrawn may be missing.
func kept(m order.MartID, fates map[order.ID]*fate, promised accepted) []violation {
	var wrong []violation
	found := make(map[serial]*fate)
	for _, f := range fates {
		found[f.serial] = f
		if promised.withdrawals[f.serial] && !f.cancelled {
			wrong = append(wrong, violation{withdrew, m, order.OrderID(f.serial), "-", "its withdrawal was accepted, and is not in the log"})
		}
	}
	for _, s := range promised.orders[m] {
		if _, may := promised.withdrawals[s]; found[s] == nil && !may {
			wrong = append(wrong, violation{recorded, m, order.OrderID(s), "-", "it was accepted, and is not in the log"})
		}
	}
	return wrong
}

// told compares one device with its mart's log.
func told(h heard, l *ledger, fates map[order.ID]*fate) []violation {
	wrong := rung(h, l, fates)
	say := func(p promise, number order.OrderID, format string, a ...any) {
		wrong = append(wrong, violation{p, h.mart, number, h.device, fmt.Sprintf(format, a...)})
	}
	if h.gaps > 0 {
		say(noGap, "-", "was told %d times that orders may be missing, and none was", h.gaps)
	}
	last, before := order.ID("0-0"), make(map[order.ID]bool)
	for _, a := range h.alarms {
		switch {
		case fates[a.id] == nil:
			say(rangOnce, a.number, "rang as %s, and is not in the log", a.id)
		case before[a.id]: // again
		case a.id.Compare(last) < 0:
			say(inOrder, a.number, "at %s rang after what stands at %s", a.id, last)
		default:
			last = a.id
		}
		before[a.id] = true
	}
	return wrong
}

// rung checks that a device received every event, that every order rang once, and once more for each
// time that its confirmation was taken back, and that it needs a person where the log says so.
func rung(h heard, l *ledger, fates map[order.ID]*fate) []violation {
	var wrong []violation
	times := make(map[order.ID]int)
	for _, a := range h.alarms {
		times[a.id]++
	}
	for _, e := range l.entries {
		p, what := promise(""), ""
		switch {
		case !h.known[e.id]:
			p, what = reached, fmt.Sprintf("was never told of the %s %s", e.kind, e.id)
		case e.kind == order.Placed:
			p, what = verdict(times[e.id], h.open[e.id], fates[e.id])
		}
		if what != "" {
			what += fmt.Sprintf("; it stands at %s in the log, and the device rang %s", e.id, around(h, e.id))
			wrong = append(wrong, violation{p, h.mart, e.number, h.device, what})
		}
	}
	return wrong
}

// verdict returns what is wrong with an order on a device, or nothing. An order that was confirmed or
// withdrawn before the device received it does not ring there.
func verdict(rang int, state orders.State, f *fate) (promise, string) {
	want := f.state
	if want == orders.Confirmed {
		want = "" // it needs nobody
	}
	switch {
	case rang > 1+f.reopened:
		return rangOnce, fmt.Sprintf("rang %d times, and was opened again %d times", rang, f.reopened)
	case rang == 0 && !f.acked && !f.cancelled:
		return rangOnce, fmt.Sprintf("was told, and did not ring; it is %q there, and %q by the log", state, want)
	case state != want:
		return silenced, fmt.Sprintf("is %q there, and %q by the log", state, want)
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
