package alarm

import (
	"strings"
	"time"

	"jumun/desktop/internal/ipc"
)

const (
	// defaultPause is the silence between two repeats of an order's sound, if the settings have no
	// other value: long enough to speak in.
	defaultPause = 2 * time.Second
	// A reminder is louder than the order was, and always loud enough to be heard across a
	// kitchen.
	louder, loudEnough = 1.5, 0.6
)

// A cause is the reason a sound plays.
type cause int

const (
	noCause        cause = iota
	causeCancelled       // an order was withdrawn
	causeOrders          // orders wait
	causeTest
	causeOffice // a test alarm of the head office
	causePreview
	causeLost // the connection is lost
	causeGap  // orders may be missing
	causeBack // the connection is back
)

// causeAt returns why a sound should play at a moment, if the speaker works: first what a
// person has to answer, then what a person asked for, then the news. A withdrawal interrupts the
// orders, once: somebody may be cooking what nobody wants any more.
func (d *Decider) causeAt(at time.Time) cause {
	switch {
	case d.cancelledUnheard && !d.quiet(at):
		return causeCancelled
	case d.ordersRing(at):
		return causeOrders
	case d.testDue && at.Before(d.testUntil):
		return causeTest
	case d.office.sounds(at):
		return causeOffice
	case d.preview != nil:
		return causePreview
	case d.quiet(at):
		return noCause
	case d.connection.lostDue(at, d.settings):
		return causeLost
	case d.gapUnheard:
		return causeGap
	case d.connection.returned:
		return causeBack
	}
	return noCause
}

// playAt returns the sound of a moment; nil is silence.
func (d *Decider) playAt(at time.Time) *ipc.Play {
	if at.Before(d.speaker.retryAt) {
		return nil
	}
	switch d.causeAt(at) {
	case causeCancelled:
		return d.playOnce(ipc.SoundCancelled)
	case causeOrders:
		return d.orderSound(at)
	case causeTest:
		p := d.playOnce(ipc.SoundTest)
		p.Listen = true
		return p
	case causeOffice:
		p := d.newOrderSound()
		p.Listen = true
		return p
	case causePreview:
		p := *d.preview
		return &p
	case causeLost, causeGap:
		return d.playOnce(ipc.SoundLost)
	case causeBack: // good news needs no raised volume
		return &ipc.Play{Sound: ipc.SoundBack, Volume: d.settings.Volume}
	}
	return nil
}

func (d *Decider) playOnce(sound string) *ipc.Play {
	return &ipc.Play{Sound: sound, Volume: d.settings.Volume, Raise: d.settings.Raise}
}

// orderSound returns the sound of the orders that wait: one sound for all of them.
func (d *Decider) orderSound(at time.Time) *ipc.Play {
	p := d.newOrderSound()
	p.Repeat, p.PauseMs, p.Digits = true, d.settings.Repeat*1000, d.digits()
	if p.PauseMs <= 0 {
		p.PauseMs = int(defaultPause.Milliseconds())
	}
	if d.reminds(at) {
		p.Sound, p.File, p.Digits, p.Volume = ipc.SoundWaiting, "", "", min(1, max(loudEnough, louder*p.Volume))
	}
	return p
}

// newOrderSound returns the sound of a new order, once.
func (d *Decider) newOrderSound() *ipc.Play {
	p := d.playOnce(ipc.OrderSound(d.settings.Tune))
	p.File = d.settings.Sound
	return p
}

// maxDigits is how many digits of a number are read: as many as staff call out.
const maxDigits = 4

// digits returns the digits to read of the newest order that waits, if the settings want that: the
// end of the last run of digits in its number.
func (d *Decider) digits() string {
	if !d.settings.Digits || len(d.waiting) == 0 {
		return ""
	}
	isDigit := func(r rune) bool { return '0' <= r && r <= '9' }
	number := string(d.waiting[len(d.waiting)-1].Order)
	number = number[:strings.LastIndexFunc(number, isDigit)+1]
	number = number[strings.LastIndexFunc(number, func(r rune) bool { return !isDigit(r) })+1:]
	return number[max(0, len(number)-maxDigits):]
}

// SoundEnded reports that the sound of the last Decide was played to its end. It must be one
// that does not repeat.
func (d *Decider) SoundEnded() {
	switch d.playing {
	case causeLost:
		d.connection.markTold(d.ringTime.last, true)
		d.gapUnheard = false // both have the same sound
	case causeGap:
		d.gapUnheard = false
	case causeCancelled:
		d.cancelledUnheard = false
	default:
		d.forgetPlaying()
	}
	d.playing = noCause
}

// SoundFailed reports that the sound of the last Decide, or a check of the speaker, failed. A
// repeating sound is tried again after retryDelay, for ever. A sound that plays once is not:
// its moment has passed. The sounds of a gap and of a withdrawal are tried until a person has looked.
func (d *Decider) SoundFailed(why string, now time.Time) {
	if d.playing != noCause {
		d.speaker.retryAt = now.Add(retryDelay)
	}
	if d.playing == causeLost {
		d.connection.markTold(now, false)
	}
	d.forgetPlaying()
	d.speaker.broken, d.playing = why, noCause
	d.speaker.answered(now)
}

// forgetPlaying drops the sound of the last Decide if it should play once.
func (d *Decider) forgetPlaying() {
	switch d.playing {
	case causeTest:
		d.testDue = false
	case causeOffice:
		d.office.due = false
	case causePreview:
		d.preview = nil
	case causeBack:
		d.connection.returned = false
	}
}
