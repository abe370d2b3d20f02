package relay

import (
	"sync"
	"time"
)

const (
	// sayAgain is how often the log says that the same thing still fails, and sayOther how soon it says
	// that another does.
	sayAgain, sayOther = time.Minute, 10 * time.Second
)

// health is what fails, and since when the oldest row waits.
type health struct {
	mu     sync.Mutex
	works  bool
	said   string // the last failure in the log; "": none since it worked
	saidAt time.Time
	oldest time.Time // zero: no row waits
}

// report logs what keeps orders from being forwarded: when it begins, and then once in a while. A nil
// error means that they are forwarded.
func (r *Relay) report(err error) {
	h := &r.health
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.works = err == nil; h.works {
		if h.said != "" {
			r.log.Info("orders are forwarded again")
		}
		h.said = ""
		return
	}
	pause := sayAgain
	if h.said != err.Error() {
		pause = sayOther
	}
	if h.said == "" || time.Since(h.saidAt) >= pause {
		r.log.Warn("orders wait in the outbox: trying again every second", "err", err)
		h.said, h.saidAt = err.Error(), time.Now()
	}
}

func (h *health) setOldest(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.oldest = at
}

// age returns for how long the oldest row has waited.
func (h *health) age() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.oldest.IsZero() {
		return 0
	}
	return max(time.Since(h.oldest), 0)
}

func (h *health) isUp() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.works
}
