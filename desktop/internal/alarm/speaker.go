package alarm

import "time"

const (
	// Retry is how long to wait after a sound failed: a plugged-in speaker should be
	// heard soon, and each attempt costs a process.
	RetryDelay = 3 * time.Second
	// CheckQuiet is how often the speaker is looked at while nothing sounds: on a day
	// without orders a pulled plug must not first be found by one.
	CheckInterval = 10 * time.Minute
	// CheckBad is how often while it is known to be bad, so that the banner goes soon after
	// somebody has mended it; and how long a Check may take to be answered.
	CheckAgain = 30 * time.Second
)

// health is whether something can be heard.
type speaker struct {
	broken    string    // why the last sound failed; "" if it did not
	muted     string    // why the system lets nothing be heard; "" if it does
	retryAt   time.Time // nothing is tried before
	checking  bool      // a Check is under way
	checkedAt time.Time // when it was last asked or answered; zero: never
}

// Heard says that the sound device took samples, of a sound or in a Check: whatever was
// wrong with it is over.
func (b *Decider) SpeakerWorks(now time.Time) {
	b.speaker.broken, b.speaker.retryAt = "", time.Time{}
	b.speaker.answered(now)
}

// Muted says whether the system lets sounds be heard: "" if so, else why not (pipe.Muted,
// pipe.NoVolume).
func (b *Decider) SetMuted(reason string, now time.Time) {
	b.speaker.muted = reason
	b.speaker.answered(now)
}

// Checking says that a Check has begun. Heard, Broke or Muted answers it; without an answer
// the next is asked for after CheckBad.
func (b *Decider) CheckStarted(now time.Time) { b.speaker.checking, b.speaker.checkedAt = true, now }

func (h *speaker) answered(now time.Time) { h.checking, h.checkedAt = false, now }

// bad reports whether nothing can be heard, as far as is known.
func (h *speaker) bad() bool { return h.broken != "" || h.muted != "" }

// checkAt is when the next Check is due, if nothing sounds then.
func (h *speaker) checkAt() time.Time {
	switch {
	case h.checkedAt.IsZero():
		return time.Time{} // long since
	case h.checking || h.bad():
		return h.checkedAt.Add(CheckAgain)
	}
	return h.checkedAt.Add(CheckInterval)
}

func (h *speaker) checkDue(at time.Time) bool { return !at.Before(h.checkAt()) }
