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
type what int

const (
	nothing what = iota
	orders       // that wait
	aTest
	aPreview
	theLoss   // of the connection
	theGap    // orders may be missing
	theReturn // of the connection
)

// due is what should sound at a moment, if anything can: first what a person has to answer,
// then what one asked for, then the news.
func (b *Bell) due(at time.Time) what {
	switch {
	case b.rings(at):
		return orders
	case b.testDue && at.Before(b.testUntil):
		return aTest
	case b.preview != nil:
		return aPreview
	case b.quiet(at):
		return nothing
	case b.line.lostDue(at, b.settings):
		return theLoss
	case b.gapUnheard:
		return theGap
	case b.line.back:
		return theReturn
	}
	return nothing
}

// play is how that sounds; nil is silence.
func (b *Bell) play(at time.Time) *ipc.Play {
	if at.Before(b.sound.retryAt) {
		return nil
	}
	switch b.due(at) {
	case orders:
		return b.call(at)
	case aTest:
		return b.once(ipc.SoundTest)
	case aPreview:
		p := *b.preview
		return &p
	case theLoss, theGap:
		return b.once(ipc.SoundLost)
	case theReturn:
		return b.once(ipc.SoundBack)
	}
	return nil
}

func (b *Bell) once(sound string) *ipc.Play {
	return &ipc.Play{Sound: sound, Volume: b.settings.Volume}
}

// call is the sound of the orders that wait. However many there are, it is one.
func (b *Bell) call(at time.Time) *ipc.Play {
	p := &ipc.Play{Sound: tune(b.settings.Tune), File: b.settings.Sound, Volume: b.settings.Volume,
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
func tune(t string) string {
	switch t {
	case settings.TuneChime:
		return ipc.SoundChime
	case settings.TuneBell:
		return ipc.SoundBell
	}
	return ipc.SoundOrder
}

// Played says that what Next said last, a sound that does not repeat, was played to its end.
func (b *Bell) Played() {
	switch b.played {
	case theLoss:
		b.line.tell(b.clock.last, true)
		b.gapUnheard = false // it sounds alike
	case theGap:
		b.gapUnheard = false
	default:
		b.drop()
	}
	b.played = nothing
}

// Broke says that a sound failed, or a Check, and why. What should sound is tried again
// after Retry, for ever; a sound that was to play once is not, since its moment has passed.
// That of missing orders is, until they are looked for.
func (b *Bell) Broke(why string, now time.Time) {
	if b.played != nothing {
		b.sound.retryAt = now.Add(Retry)
	}
	if b.played == theLoss {
		b.line.tell(now, false)
	}
	b.drop()
	b.sound.broken, b.played = why, nothing
	b.sound.answered(now)
}

// drop forgets what Next said last, if it was to sound once.
func (b *Bell) drop() {
	switch b.played {
	case aTest:
		b.testDue = false
	case aPreview:
		b.preview = nil
	case theReturn:
		b.line.back = false
	}
}
