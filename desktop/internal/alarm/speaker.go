package alarm

import "time"

const (
	// retryDelay is the wait after a sound failed: a speaker should be heard soon after it is
	// plugged in, and each attempt costs a process.
	retryDelay = 3 * time.Second
	// checkInterval is how often the speaker is checked while nothing sounds: on a day without
	// orders, the first order must not be what finds a pulled plug.
	checkInterval = 10 * time.Minute
	// checkAgain is how often the speaker is checked while it is bad, so that the banner goes
	// soon after somebody has repaired it. A check that takes longer is repeated.
	checkAgain = 30 * time.Second
)

// A speaker is the state of the sound device, as far as it is known.
type speaker struct {
	broken    string    // why the last sound failed; "" if it did not
	muted     string    // why sounds are not heard well; "" if they are
	retryAt   time.Time // no sound is tried before
	checking  bool      // a check is under way
	checkedAt time.Time // when a check last began, or the device was last known to work or fail; zero: never
}

// SpeakerWorks reports that the sound device took samples, of a sound or in a check: whatever
// was wrong with it is over.
func (d *Decider) SpeakerWorks(now time.Time) {
	d.speaker.broken, d.speaker.retryAt = "", time.Time{}
	d.speaker.answered(now)
}

// SetMuted sets why sounds are not heard well: ipc.Muted, NoVolume, ProgramMuted, Quiet or Away;
// "" if they are.
func (d *Decider) SetMuted(reason string, now time.Time) {
	d.speaker.muted = reason
	d.speaker.answered(now)
}

// CheckStarted reports that a check of the speaker, asked for by Alarm.CheckSpeaker, has begun.
// SpeakerWorks, SoundFailed or SetMuted ends it. Without one of them the next check is due
// after checkAgain.
func (d *Decider) CheckStarted(now time.Time) { d.speaker.checking, d.speaker.checkedAt = true, now }

func (s *speaker) answered(now time.Time) { s.checking, s.checkedAt = false, now }

// bad reports whether sounds are not heard well, as far as is known.
func (s *speaker) bad() bool { return s.broken != "" || s.muted != "" }

// checkAt returns when the next check is due, if nothing sounds then.
func (s *speaker) checkAt() time.Time {
	switch {
	case s.checkedAt.IsZero():
		return time.Time{} // at once
	case s.checking || s.bad():
		return s.checkedAt.Add(checkAgain)
	}
	return s.checkedAt.Add(checkInterval)
}

func (s *speaker) checkDue(at time.Time) bool { return !at.Before(s.checkAt()) }
