// Package alarm decides what should ring, show and be told now. It is pure: what
// happened, the settings and the time go in; an Alarm comes out.
//
// A Bell belongs to one loop, which tells it all that happens, then asks Next, and asks
// again at the Alarm's Wake at the latest.
package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// TestStays is how long the card of a test alarm waits for a person.
const TestDuration = 30 * time.Second

// A Bell holds what the decision needs. The zero Bell is silent, and not set.
type Decider struct {
	settings    settings.Settings
	hours       businessHours // of settings
	pausedUntil time.Time     // no sound until then, but what a person asks to hear

	waiting  []ipc.Card // orders that nobody has confirmed, oldest first
	arrivals map[ipc.Key]arrival
	ringTime stopwatch // runs while orders can ring

	connection connection // to the server
	speaker    speaker    // of the speaker
	playing    cause      // what Next said last that should sound

	testUntil time.Time // the test card stays until then
	testDue   bool      // its sound was not played yet
	preview   *ipc.Play // what a person wants to hear once; nil: nothing

	gap        bool // orders may be missing, and nobody has said that they looked
	gapUnheard bool // the sound that says so was not heard yet

	windowError string // why there is no window; "" if there can be one
	diskError   string // why orders cannot be stored; "" if they are
}

// An Alarm is what should be so from now on.
type Alarm struct {
	Play         *ipc.Play  // what sounds; nil is silence
	Cards        []ipc.Card // what pops up: the orders, oldest first, then what else there is
	Orders       int        // how many orders wait; where business hours hide them, Cards has none of these
	Missed       int        // how many of the orders in Cards came while this PC was away
	Gap          bool       // orders may be missing
	State        string     // of the connection: ipc.NotSet, …
	Since        time.Time  // of State
	Icon         string     // what the tray's icon shows: State, ipc.IconWaiting or ipc.IconAttention
	Banner       string     // what stands above the cards, or alone: BannerRefused, …; "" is nothing
	PausedUntil  time.Time  // sounds are paused until then; zero: they are not
	Closed       bool       // it is outside business hours
	CheckSpeaker bool       // find out now whether something could be heard, by a ring process that plays nothing: see Checking
	NextChange   time.Time  // ask again then, even if nothing happens; zero: never
}

// Set takes new settings. An alarm that sounds changes its volume at once.
func (b *Decider) SetSettings(s settings.Settings) {
	b.settings, b.hours = s, parseBusinessHours(s.Hours)
}

// Pause silences all but a test and a preview until then; a time that has passed, such as
// the zero time, ends that. What waits then rings.
func (b *Decider) PauseUntil(until time.Time) { b.pausedUntil = until }

// Missing says whether orders may be missing. It sounds once when that begins.
func (b *Decider) SetGap(gap bool) {
	b.gapUnheard = gap && (b.gapUnheard || !b.gap)
	b.gap = gap
}

// Test begins a test alarm: its sound once, and a card.
func (b *Decider) StartTest(now time.Time) {
	b.testDue, b.testUntil, b.preview = true, now.Add(TestDuration), nil
	b.speaker.retryAt = time.Time{}
}

// EndTest takes the card of a test alarm away, and its sound.
func (b *Decider) EndTest() { b.testDue, b.testUntil = false, time.Time{} }

// Preview plays p once, whatever the hour, after the sound of a test. While an order rings
// it is dropped: what rings then must be the order.
func (b *Decider) Preview(p ipc.Play, now time.Time) {
	if b.rings(now) {
		return
	}
	p.Repeat = false
	b.preview, b.speaker.retryAt = &p, time.Time{}
	if b.playing == causePreview {
		b.playing = noCause // its end is not this one's
	}
}

// Shown says whether popups can be shown: "" if so, else why not.
func (b *Decider) SetWindowError(why string) { b.windowError = why }

// Stored says whether orders are stored: "" if so, else why not.
func (b *Decider) SetDiskError(why string) { b.diskError = why }

// Next says what should be ringing, shown and told at now. The popup does not depend
// on the sound, nor the sound on the popup: a broken speaker must not hide an order.
// Asked again with the same now it says the same.
func (b *Decider) Decide(now time.Time) Alarm {
	b.advance(now)
	a := b.alarmAt(now)
	a.NextChange = b.nextChange(a, now)
	b.playing = noCause
	if a.Play != nil {
		b.playing = b.causeAt(now)
	}
	return a
}

// settle brings what depends on the past up to now: decide looks at one moment alone.
func (b *Decider) advance(now time.Time) {
	b.ringTime.advance(now)
	b.ringTime.set(b.speaker.broken == "" && !b.quiet(now), b.quietAt(now))
	b.noteArrivals(now)
	if b.rings(now) {
		b.preview = nil
	}
	if b.rings(now) || b.quiet(now) {
		b.connection.returned = false // later it would be no news
	}
}

// decide says what is so at a moment: now, or later if nothing happens.
func (b *Decider) alarmAt(at time.Time) Alarm {
	a := Alarm{Cards: b.cardsAt(at), Orders: len(b.waiting), Missed: b.missed(at), Gap: b.gap, Closed: b.closed(at)}
	a.State, a.Since = b.connection.reported(at, b.settings)
	if at.Before(b.pausedUntil) {
		a.PausedUntil = b.pausedUntil
	}
	a.Play = b.playAt(at)
	a.CheckSpeaker = a.Play == nil && b.settings.Mart != "" && b.speaker.checkDue(at)
	a.Icon, a.Banner = b.icon(a.State), b.banner(a)
	return a
}

func (b *Decider) closed(at time.Time) bool { return !b.hours.open(at) }

// quiet reports whether a pause or the hour silences all that nobody asked to hear.
func (b *Decider) quiet(at time.Time) bool {
	outside := b.settings.Hours.Outside
	return at.Before(b.pausedUntil) || (outside == settings.OutsidePopup || outside == settings.OutsideSilent) && b.closed(at)
}

// quietAt is the next moment at which quiet may change; zero: never.
func (b *Decider) quietAt(now time.Time) time.Time {
	return firstAfter(now, b.pausedUntil, b.hours.nextChange(now))
}

// rings reports whether orders ring at a moment, as far as there is a speaker.
func (b *Decider) rings(at time.Time) bool { return len(b.waiting) > 0 && !b.quiet(at) }
