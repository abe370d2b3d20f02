package ingest

import (
	"sync"

	"jumun/shared/order"
)

const (
	// maxAttempts are under way at the same time, over all marts: beyond it publishers are told to
	// come again, since waiting here would only hide that Redis cannot keep up. Each of those that
	// wait for a node that hangs takes 5 s.
	maxAttempts = 4096
	// maxAttemptsOfMart are under way for one mart: as many as one pipeline to Redis takes.
	maxAttemptsOfMart = 64
	// maxFailing is how many marts are remembered as failing, at some 100 bytes each.
	maxFailing = 16_384
)

// attempts are the orders of the stream and of requests that are being recorded, by mart. While a
// mart fails, one attempt at a time is made for it. The zero value is ready.
type attempts struct {
	mu    sync.Mutex
	all   int
	marts map[order.MartID]*attempt // those with an attempt under way, and those that fail
}

type attempt struct {
	running int
	failing bool // the last one that ended failed
}

// A refusal says why an attempt is not made.
type refusal int

const (
	admitted refusal = iota
	tooMany          // at once
	fails            // the mart, and one attempt is under way
)

// begin reports whether an order of mart may be tried now. The caller must call end if it may.
func (a *attempts) begin(mart order.MartID) refusal {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.marts[mart]
	switch {
	case a.all >= maxAttempts || m != nil && m.running >= maxAttemptsOfMart:
		return tooMany
	case m != nil && m.failing && m.running > 0:
		return fails
	case m == nil:
		m = &attempt{}
		if a.marts == nil {
			a.marts = make(map[order.MartID]*attempt)
		}
		a.marts[mart] = m
	}
	m.running++
	a.all++
	return admitted
}

func (a *attempts) end(mart order.MartID, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := a.marts[mart]
	a.all--
	m.running--
	m.failing = err != nil && (m.failing || len(a.marts) <= maxFailing)
	if m.running == 0 && !m.failing {
		delete(a.marts, mart)
	}
}

// fail marks a mart as failing if an attempt is under way: it takes too long.
func (a *attempts) fail(mart order.MartID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if m := a.marts[mart]; m != nil {
		m.failing = true
	}
}

// failed returns for how many marts the last attempt failed.
func (a *attempts) failed() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range a.marts {
		if m.failing {
			n++
		}
	}
	return n
}
