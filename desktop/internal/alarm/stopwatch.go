package alarm

import "time"

// A clock measures for how long orders could ring: it stands while sounds are paused, the
// store is closed or the speaker is broken. The zero clock stands at zero.
type stopwatch struct {
	total   time.Duration // until last
	last    time.Time     // when it was moved
	running bool          // since last
	until   time.Time     // it stops then at the latest; zero: it does not
}

// move brings the clock up to now.
func (c *stopwatch) advance(now time.Time) { c.total, c.last = c.elapsed(now), now }

// run has it run from where it was moved to, or stand.
func (c *stopwatch) set(runs bool, until time.Time) { c.running, c.until = runs, until }

// reads is what it says at a moment, if nothing happens before. The PC's time may have been
// set back: the clock never is.
func (c *stopwatch) elapsed(at time.Time) time.Duration {
	if !c.until.IsZero() && c.until.Before(at) {
		at = c.until // we are late: this PC slept
	}
	if !c.running {
		return c.total
	}
	return c.total + max(0, at.Sub(c.last))
}

// when is the moment at which it says d; before now if it does already; zero: it stands.
func (c *stopwatch) reaches(d time.Duration) time.Time {
	if !c.running {
		return time.Time{}
	}
	return c.last.Add(d - c.total)
}
