package alarm

import "time"

// A stopwatch measures for how long orders could ring: it is stopped while sounds are paused,
// the store is closed or the speaker is broken. The zero stopwatch is stopped at zero.
type stopwatch struct {
	total   time.Duration // the time measured until last
	last    time.Time     // of the last advance
	running bool          // since last
	until   time.Time     // it stops then by itself; zero: it does not
}

// advance adds the time since the last advance.
func (c *stopwatch) advance(now time.Time) { c.total, c.last = c.elapsed(now), now }

// set starts or stops it at the time of the last advance.
func (c *stopwatch) set(running bool, until time.Time) { c.running, c.until = running, until }

// elapsed returns the time measured at a moment, if nothing happens before. The PC's clock may
// have been set back; the measured time never goes back.
func (c *stopwatch) elapsed(at time.Time) time.Duration {
	if !c.until.IsZero() && c.until.Before(at) {
		at = c.until // this call is late: the PC slept
	}
	if !c.running {
		return c.total
	}
	return c.total + max(0, at.Sub(c.last))
}

// reaches returns the moment at which elapsed is d, which may be past; zero: it is stopped.
func (c *stopwatch) reaches(d time.Duration) time.Time {
	if !c.running {
		return time.Time{}
	}
	return c.last.Add(d - c.total)
}
