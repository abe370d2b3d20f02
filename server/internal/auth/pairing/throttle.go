package pairing

import (
	"container/list"
	"net/netip"
	"sync"
	"time"
)

// perAddress lets a person mistype, and a program try a few codes an hour.
var perAddress = backoff{free: 5, first: time.Second, most: 15 * time.Minute}

// inAll is for those who have many addresses: a server looks at no more than a code
// every 10 s for long: some 200 in the 15 minutes of a code, which is one of 2^39. It is
// each server's own: a second one doubles what is looked at.
var inAll = backoff{free: 100, first: 100 * time.Millisecond, most: 10 * time.Second, forgives: 10 * time.Second}

const (
	// forgetAfter is how long the failures of an address are remembered: four times the
	// longest wait, so that waiting it out does not begin anew.
	forgetAfter = time.Hour
	// maxAddresses are remembered, some 20 MB. When there are more the oldest goes: who
	// has so many is held up by inAll.
	maxAddresses = 100_000
)

// A throttle holds up those who guess codes. Make one with newThrottle; its methods may be
// used from several goroutines.
type throttle struct {
	mu    sync.Mutex
	all   failures
	known map[netip.Addr]*list.Element
	aged  *list.List // of *guesser; whose last attempt is the longest ago comes first
}

// A guesser is an address from which attempts came.
type guesser struct {
	from netip.Addr
	failures
}

func newThrottle() *throttle {
	return &throttle{known: make(map[netip.Addr]*list.Element), aged: list.New()}
}

// take says how long an address has to wait at now. If that is 0, the attempt is made,
// and counts as a failure until right or pardon: those that are made at the same time
// must not all get through.
func (t *throttle) take(from netip.Addr, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	var made failures
	if e := t.known[from]; e != nil {
		made = e.Value.(*guesser).failures
	}
	if wait := max(perAddress.wait(made, now), inAll.wait(t.all, now)); wait > 0 {
		return wait
	}
	t.all = inAll.fail(t.all, now)
	t.remember(from, perAddress.fail(made, now))
	return 0
}

// right says that an attempt of an address had the right code: its others are forgotten.
func (t *throttle) right(from netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = t.all.pardon()
	if e := t.known[from]; e != nil {
		t.drop(e)
	}
}

// pardon says that an attempt of an address was not looked at, through no fault of its own.
func (t *throttle) pardon(from netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = t.all.pardon()
	if e := t.known[from]; e != nil {
		g := e.Value.(*guesser)
		g.failures = g.pardon()
	}
}

func (t *throttle) remember(from netip.Addr, made failures) {
	if e := t.known[from]; e != nil {
		e.Value.(*guesser).failures = made
		t.aged.MoveToBack(e)
		return
	}
	if t.aged.Len() == maxAddresses {
		t.drop(t.aged.Front())
	}
	t.known[from] = t.aged.PushBack(&guesser{from, made})
}

func (t *throttle) forget(now time.Time) {
	for e := t.aged.Front(); e != nil && now.Sub(e.Value.(*guesser).last) >= forgetAfter; e = t.aged.Front() {
		t.drop(e)
	}
}

func (t *throttle) drop(e *list.Element) {
	delete(t.known, e.Value.(*guesser).from)
	t.aged.Remove(e)
}
