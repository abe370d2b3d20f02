package alarm

import "time"

// A clock measures for how long orders could ring: it stands while sounds are paused, the
// store is closed or the speaker is broken. The zero clock stands at zero.
type clock struct {
	ran   time.Duration // until last
	last  time.Time     // when it was moved
	runs  bool          // since last
	until time.Time     // it stops then at the latest; zero: it does not
}

// move brings the clock up to now.
func (c *clock) move(now time.Time) { c.ran, c.last = c.reads(now), now }

// run has it run from where it was moved to, or stand.
func (c *clock) run(runs bool, until time.Time) { c.runs, c.until = runs, until }

// reads is what it says at a moment, if nothing happens before. The PC's time may have been
// set back: the clock never is.
func (c *clock) reads(at time.Time) time.Duration {
	if !c.until.IsZero() && c.until.Before(at) {
		at = c.until // we are late: this PC slept
	}
	if !c.runs {
		return c.ran
	}
	return c.ran + max(0, at.Sub(c.last))
}

// when is the moment at which it says d; before now if it does already; zero: it stands.
func (c *clock) when(d time.Duration) time.Time {
	if !c.runs {
		return time.Time{}
	}
	return c.last.Add(d - c.ran)
}
