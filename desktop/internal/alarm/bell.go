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
const TestStays = 30 * time.Second

// A Bell holds what the decision needs. The zero Bell is silent, and not set.
type Bell struct {
	settings settings.Settings
	hours    hours     // of settings
	paused   time.Time // no sound until then, but what a person asks to hear

	waiting []ipc.Card // orders that nobody has confirmed, oldest first
	known   map[ipc.Key]arrival
	clock   clock // runs while orders can ring

	line   line   // to the server
	sound  health // of the speaker
	played what   // what Next said last that should sound

	testUntil time.Time // the test card stays until then
	testDue   bool      // its sound was not played yet
	preview   *ipc.Play // what a person wants to hear once; nil: nothing

	gap        bool // orders may be missing, and nobody has said that they looked
	gapUnheard bool // the sound that says so was not heard yet

	windowDown string // why there is no window; "" if there can be one
	diskDown   string // why orders cannot be stored; "" if they are
}

// An Alarm is what should be so from now on.
type Alarm struct {
	Play   *ipc.Play  // what sounds; nil is silence
	Cards  []ipc.Card // what pops up: the orders, oldest first, then what else there is
	Orders int        // how many orders wait; where business hours hide them, Cards has none of these
	Missed int        // how many of the orders in Cards came while this PC was away
	Gap    bool       // orders may be missing
	State  string     // of the connection: ipc.NotSet, …
	Since  time.Time  // of State
	Sign   string     // what the tray's icon shows: State, ipc.SignWaiting or ipc.SignAttention
	Banner string     // what stands above the cards, or alone: BannerRefused, …; "" is nothing
	Paused time.Time  // sounds are paused until then; zero: they are not
	Closed bool       // it is outside business hours
	Check  bool       // find out now whether something could be heard, by a ring process that plays nothing: see Checking
	Wake   time.Time  // ask again then, even if nothing happens; zero: never
}

// Set takes new settings. An alarm that sounds changes its volume at once.
func (b *Bell) Set(s settings.Settings) { b.settings, b.hours = s, parseHours(s.Hours) }

// Pause silences all but a test and a preview until then; a time that has passed, such as
// the zero time, ends that. What waits then rings.
func (b *Bell) Pause(until time.Time) { b.paused = until }

// Missing says whether orders may be missing. It sounds once when that begins.
func (b *Bell) Missing(gap bool) {
	b.gapUnheard = gap && (b.gapUnheard || !b.gap)
	b.gap = gap
}

// Test begins a test alarm: its sound once, and a card.
func (b *Bell) Test(now time.Time) {
	b.testDue, b.testUntil, b.preview = true, now.Add(TestStays), nil
	b.sound.retryAt = time.Time{}
}

// EndTest takes the card of a test alarm away, and its sound.
func (b *Bell) EndTest() { b.testDue, b.testUntil = false, time.Time{} }

// Preview plays p once, whatever the hour, after the sound of a test. While an order rings
// it is dropped: what rings then must be the order.
func (b *Bell) Preview(p ipc.Play, now time.Time) {
	if b.rings(now) {
		return
	}
	p.Repeat = false
	b.preview, b.sound.retryAt = &p, time.Time{}
	if b.played == aPreview {
		b.played = nothing // its end is not this one's
	}
}

// Shown says whether popups can be shown: "" if so, else why not.
func (b *Bell) Shown(why string) { b.windowDown = why }

// Stored says whether orders are stored: "" if so, else why not.
func (b *Bell) Stored(why string) { b.diskDown = why }

// Next says what should be ringing, shown and told at now. The popup does not depend
// on the sound, nor the sound on the popup: a broken speaker must not hide an order.
// Asked again with the same now it says the same.
func (b *Bell) Next(now time.Time) Alarm {
	b.settle(now)
	a := b.decide(now)
	a.Wake = b.wake(a, now)
	b.played = nothing
	if a.Play != nil {
		b.played = b.due(now)
	}
	return a
}

// settle brings what depends on the past up to now: decide looks at one moment alone.
func (b *Bell) settle(now time.Time) {
	b.clock.move(now)
	b.clock.run(b.sound.broken == "" && !b.quiet(now), b.quietAt(now))
	b.meet(now)
	if b.rings(now) {
		b.preview = nil
	}
	if b.rings(now) || b.quiet(now) {
		b.line.back = false // later it would be no news
	}
}

// decide says what is so at a moment: now, or later if nothing happens.
func (b *Bell) decide(at time.Time) Alarm {
	a := Alarm{Cards: b.cards(at), Orders: len(b.waiting), Missed: b.missed(at), Gap: b.gap, Closed: b.closed(at)}
	a.State, a.Since = b.line.told(at, b.settings)
	if at.Before(b.paused) {
		a.Paused = b.paused
	}
	a.Play = b.play(at)
	a.Check = a.Play == nil && b.settings.Mart != "" && b.sound.checkDue(at)
	a.Sign, a.Banner = b.sign(a.State), b.banner(a)
	return a
}

func (b *Bell) closed(at time.Time) bool { return !b.hours.open(at) }

// quiet reports whether a pause or the hour silences all that nobody asked to hear.
func (b *Bell) quiet(at time.Time) bool {
	outside := b.settings.Hours.Outside
	return at.Before(b.paused) || (outside == settings.OutsidePopup || outside == settings.OutsideSilent) && b.closed(at)
}

// quietAt is the next moment at which quiet may change; zero: never.
func (b *Bell) quietAt(now time.Time) time.Time {
	return earliest(now, b.paused, b.hours.change(now))
}

// rings reports whether orders ring at a moment, as far as there is a speaker.
func (b *Bell) rings(at time.Time) bool { return len(b.waiting) > 0 && !b.quiet(at) }
