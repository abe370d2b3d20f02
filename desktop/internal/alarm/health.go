package alarm

import "time"

const (
	// Retry is how long to wait after a sound failed: a plugged-in speaker should be
	// heard soon, and each attempt costs a process.
	Retry = 3 * time.Second
	// CheckQuiet is how often the speaker is looked at while nothing sounds: on a day
	// without orders a pulled plug must not first be found by one.
	CheckQuiet = 10 * time.Minute
	// CheckBad is how often while it is known to be bad, so that the banner goes soon after
	// somebody has mended it; and how long a Check may take to be answered.
	CheckBad = 30 * time.Second
)

// health is whether something can be heard.
type health struct {
	broken  string    // why the last sound failed; "" if it did not
	muted   string    // why the system lets nothing be heard; "" if it does
	retryAt time.Time // nothing is tried before
	asked   bool      // a Check is under way
	known   time.Time // when it was last asked or answered; zero: never
}

// Heard says that the sound device took samples, of a sound or in a Check: whatever was
// wrong with it is over.
func (b *Bell) Heard(now time.Time) {
	b.sound.broken, b.sound.retryAt = "", time.Time{}
	b.sound.answered(now)
}

// Muted says whether the system lets sounds be heard: "" if so, else why not (pipe.Muted,
// pipe.NoVolume).
func (b *Bell) Muted(reason string, now time.Time) {
	b.sound.muted = reason
	b.sound.answered(now)
}

// Checking says that a Check has begun. Heard, Broke or Muted answers it; without an answer
// the next is asked for after CheckBad.
func (b *Bell) Checking(now time.Time) { b.sound.asked, b.sound.known = true, now }

func (h *health) answered(now time.Time) { h.asked, h.known = false, now }

// bad reports whether nothing can be heard, as far as is known.
func (h *health) bad() bool { return h.broken != "" || h.muted != "" }

// checkAt is when the next Check is due, if nothing sounds then.
func (h *health) checkAt() time.Time {
	switch {
	case h.known.IsZero():
		return time.Time{} // long since
	case h.asked || h.bad():
		return h.known.Add(CheckBad)
	}
	return h.known.Add(CheckQuiet)
}

func (h *health) checkDue(at time.Time) bool { return !at.Before(h.checkAt()) }
