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
	oldest time.Time // when the oldest row was written, or seen first; zero: no row waits
	head   int64     // its ID
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

// setOldest notes the oldest row, and when it was written by the clock of whoever wrote it: that may be ahead.
func (h *health) setOldest(id int64, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := time.Now(); at.After(now) {
		at = now
	}
	if h.oldest.IsZero() || h.head != id || at.Before(h.oldest) {
		h.head, h.oldest = id, at
	}
}

func (h *health) setEmpty() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.oldest = time.Time{}
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
