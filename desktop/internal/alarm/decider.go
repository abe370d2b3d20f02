// Package alarm decides what should ring and what should be shown now, as a pure function of
// what happened, the settings and the time.
//
// A Decider belongs to one loop. The loop reports to the Decider everything that happens, calls
// Decide after it, and calls Decide again at Alarm.NextChange at the latest.
package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// TestDuration is how long the card of a test alarm waits for a person.
const TestDuration = 30 * time.Second

// A Decider holds everything that the decision depends on. The zero Decider is silent and its
// connection is ipc.NotSet. It is not safe for concurrent use.
type Decider struct {
	settings    settings.Settings
	hours       businessHours // of settings
	pausedFrom  time.Time     // from then on
	pausedUntil time.Time     // until then only a test and a preview sound

	open             []ipc.Card          // orders that need a person, oldest first
	waiting          []ipc.Card          // those of open that nobody has confirmed
	arrivals         map[ipc.Key]arrival // of waiting
	cancelled        map[ipc.Key]bool    // those of open that were withdrawn
	cancelledUnheard bool                // the sound for the newest of them was not heard yet
	ringTime         stopwatch           // runs while orders can ring

	connection connection
	speaker    speaker
	playing    cause // why the sound plays that Decide returned last

	testUntil time.Time // the test card stays until then
	testDue   bool      // the sound of the test was not played yet
	office    officeTest
	preview   *ipc.Play // what a person wants to hear once; nil: nothing

	gap        bool // orders may be missing, and nobody has said that they looked
	gapUnheard bool // the sound for that was not heard yet
	unreadable bool // an order came that this version cannot read

	windowError string // why no window can be shown; "" if one can
	diskError   string // why orders cannot be stored; "" if they can
}

// SetSettings replaces the settings. A sound that plays takes the new volume at once.
func (d *Decider) SetSettings(s settings.Settings) {
	d.settings, d.hours = s, newBusinessHours(s.Hours)
}

// Pause silences everything but a test and a preview for some time, by the clock on the wall: a PC that slept
// has had its pause. 0 ends the pause, and orders that wait ring again. So does a clock that is set back to
// before the pause, since nobody chose one that long.
func (d *Decider) Pause(now time.Time, long time.Duration) {
	d.pausedFrom = now.Round(0)
	d.pausedUntil = d.pausedFrom.Add(long)
}

func (d *Decider) paused(at time.Time) bool {
	return !at.Before(d.pausedFrom) && at.Before(d.pausedUntil)
}

// SetGap sets whether orders may be missing. When that begins, it sounds once.
func (d *Decider) SetGap(gap bool) {
	d.gapUnheard = gap && (d.gapUnheard || !d.gap)
	d.gap = gap
}

// SetUnreadable sets whether orders may be missing because one came that this version cannot read.
// When that begins, it sounds once. SetGap must be called before.
func (d *Decider) SetUnreadable(unreadable bool) {
	d.gapUnheard = d.gap && (d.gapUnheard || unreadable && !d.unreadable)
	d.unreadable = unreadable
}

// StartTest begins a test alarm: a sound that plays once, and a card.
func (d *Decider) StartTest(now time.Time) {
	d.testDue, d.testUntil, d.preview, d.office = true, now.Add(TestDuration), nil, officeTest{}
	d.speaker.retryAt = time.Time{}
}

// EndTest removes the card and the sound of a test alarm.
func (d *Decider) EndTest() { d.testDue, d.testUntil = false, time.Time{} }

// Preview plays p once at any hour, after the sound of a test. While an order rings, p is
// dropped: whatever rings then must be the order.
func (d *Decider) Preview(p ipc.Play, now time.Time) {
	if d.ordersRing(now) {
		return
	}
	p.Repeat = false
	d.preview, d.speaker.retryAt = &p, time.Time{}
	if d.playing == causePreview {
		d.playing = noCause // SoundEnded for the old preview must not end this one
	}
}

// SetWindowError sets why popups cannot be shown; "" if they can.
func (d *Decider) SetWindowError(why string) { d.windowError = why }

// SetDiskError sets why orders cannot be stored; "" if they can.
func (d *Decider) SetDiskError(why string) { d.diskError = why }
