package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

const (
	// Pause is the silence between two calls of an order, if the settings do not say: long
	// enough to speak in.
	Pause = 2 * time.Second
	// A reminder is louder than the order was, and never so low as not to be heard across
	// a kitchen.
	louder, loudEnough = 1.5, 0.6
)

// A what is what something that sounds is about.
type cause int

const (
	noCause     cause = iota
	causeOrders       // that wait
	causeTest
	causePreview
	causeLost // of the connection
	causeGap  // orders may be missing
	causeBack // of the connection
)

// due is what should sound at a moment, if anything can: first what a person has to answer,
// then what one asked for, then the news.
func (b *Decider) causeAt(at time.Time) cause {
	switch {
	case b.rings(at):
		return causeOrders
	case b.testDue && at.Before(b.testUntil):
		return causeTest
	case b.preview != nil:
		return causePreview
	case b.quiet(at):
		return noCause
	case b.connection.lostDue(at, b.settings):
		return causeLost
	case b.gapUnheard:
		return causeGap
	case b.connection.returned:
		return causeBack
	}
	return noCause
}

// play is how that sounds; nil is silence.
func (b *Decider) playAt(at time.Time) *ipc.Play {
	if at.Before(b.speaker.retryAt) {
		return nil
	}
	switch b.causeAt(at) {
	case causeOrders:
		return b.orderSound(at)
	case causeTest:
		return b.playOnce(ipc.SoundTest)
	case causePreview:
		p := *b.preview
		return &p
	case causeLost, causeGap:
		return b.playOnce(ipc.SoundLost)
	case causeBack:
		return b.playOnce(ipc.SoundBack)
	}
	return nil
}

func (b *Decider) playOnce(sound string) *ipc.Play {
	return &ipc.Play{Sound: sound, Volume: b.settings.Volume}
}

// call is the sound of the orders that wait. However many there are, it is one.
func (b *Decider) orderSound(at time.Time) *ipc.Play {
	p := &ipc.Play{Sound: builtInSound(b.settings.Tune), File: b.settings.Sound, Volume: b.settings.Volume,
		Repeat: true, PauseMs: b.settings.Repeat * 1000}
	if p.PauseMs <= 0 {
		p.PauseMs = int(Pause.Milliseconds())
	}
	if b.reminds(at) {
		p.Sound, p.File, p.Volume = ipc.SoundWaiting, "", min(1, max(loudEnough, louder*p.Volume))
	}
	return p
}

// tune is the built-in sound of an order; of a tune that is not known, any.
func builtInSound(t string) string {
	switch t {
	case settings.TuneChime:
		return ipc.SoundChime
	case settings.TuneBell:
		return ipc.SoundBell
	}
	return ipc.SoundOrder
}

// Played says that what Next said last, a sound that does not repeat, was played to its end.
func (b *Decider) SoundEnded() {
	switch b.playing {
	case causeLost:
		b.connection.markTold(b.ringTime.last, true)
		b.gapUnheard = false // it sounds alike
	case causeGap:
		b.gapUnheard = false
	default:
		b.forgetPlaying()
	}
	b.playing = noCause
}

// Broke says that a sound failed, or a Check, and why. What should sound is tried again
// after Retry, for ever; a sound that was to play once is not, since its moment has passed.
// That of missing orders is, until they are looked for.
func (b *Decider) SoundFailed(why string, now time.Time) {
	if b.playing != noCause {
		b.speaker.retryAt = now.Add(RetryDelay)
	}
	if b.playing == causeLost {
		b.connection.markTold(now, false)
	}
	b.forgetPlaying()
	b.speaker.broken, b.playing = why, noCause
	b.speaker.answered(now)
}

// drop forgets what Next said last, if it was to sound once.
func (b *Decider) forgetPlaying() {
	switch b.playing {
	case causeTest:
		b.testDue = false
	case causePreview:
		b.preview = nil
	case causeBack:
		b.connection.returned = false
	}
}
