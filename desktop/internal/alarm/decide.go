package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// An Alarm is what should ring and what should be shown from now on.
type Alarm struct {
	Play          *ipc.Play  // what should sound; nil is silence
	Cards         []ipc.Card // what pops up: the cards that are not orders, then the orders, oldest first
	Orders        int        // how many orders wait; Cards has none of them where business hours hide them
	Missed        int        // how many of the orders in Cards came while this PC was away
	Cancelled     int        // how many orders were withdrawn, and nobody has read that
	Gap           bool       // orders may be missing
	Unreadable    bool       // that is because an order came that this version cannot read
	State         string     // of the connection: ipc.NotSet, …
	Since         time.Time  // when State began
	Icon          string     // what the tray's icon shows: State, ipc.IconWaiting or ipc.IconAttention
	Banner        string     // what stands above the cards, or alone: BannerRefused, …; "": none
	PausedUntil   time.Time  // sounds are paused until then; zero: they are not
	Closed        bool       // it is outside business hours
	SpeakerBroken bool       // the last sound could not be played
	WindowBroken  bool       // nothing pops up
	Ringing       bool       // an order rings, whether or not its sound is heard
	Awake         bool       // this PC must not fall asleep
	CheckSpeaker  bool       // find out now, without a sound, whether one would be heard; see CheckStarted
	NextChange    time.Time  // the Alarm stays as it is until then, if nothing happens; zero: for ever
}

// Decide returns what should ring and what should be shown at now. The popup does not depend on
// the sound, nor the sound on the popup: a broken speaker must not hide an order.
// Called again with the same now, it returns the same.
func (d *Decider) Decide(now time.Time) Alarm {
	d.advance(now)
	a := d.alarmAt(now)
	a.NextChange = d.nextChange(a, now)
	d.playing = noCause
	if a.Play != nil {
		d.playing = d.causeAt(now)
	}
	return a
}

// advance brings everything that depends on the past up to now. After that, alarmAt depends on
// one moment only.
func (d *Decider) advance(now time.Time) {
	if now.Before(d.pausedFrom) { // later it must not begin again
		d.Pause(now, 0)
	}
	d.ringTime.advance(now)
	d.ringTime.set(d.speaker.broken == "" && !d.quiet(now), d.quietChange(now))
	d.noteArrivals(now)
	if d.ordersRing(now) {
		d.preview = nil
	}
	if d.office.busy = d.office.busy || d.ordersShow(now); d.office.busy {
		d.office.due = false
	}
	if d.ordersRing(now) || d.quiet(now) {
		d.connection.returned = false // later it would be no news
	}
}

// alarmAt returns the Alarm of a moment: of now, or of a later one if nothing happens before.
func (d *Decider) alarmAt(at time.Time) Alarm {
	a := Alarm{Cards: d.cardsAt(at), Orders: d.count(), Missed: d.missed(at), Cancelled: len(d.cancelled),
		Gap: d.gap, Unreadable: d.gap && d.unreadable, Closed: d.closed(at), Ringing: d.ordersRing(at), Awake: d.awake()}
	a.State, a.Since = d.connection.reported(at, d.settings)
	a.SpeakerBroken, a.WindowBroken = d.speaker.broken != "", d.windowError != ""
	if d.paused(at) {
		a.PausedUntil = d.pausedUntil
	}
	a.Play = d.playAt(at)
	a.CheckSpeaker = a.Play == nil && d.settings.Mart != "" && d.speaker.checkDue(at)
	a.Icon, a.Banner = d.icon(a.State), d.banner(a)
	return a
}

func (d *Decider) closed(at time.Time) bool { return !d.hours.open(at) }

// awake reports whether this PC must not fall asleep, whatever the hour: nothing would wake it when the store
// opens, or when a break ends.
func (d *Decider) awake() bool { return d.settings.Awake && d.settings.Mart != "" }

// quiet reports whether a pause or the hour silences everything that nobody asked to hear.
func (d *Decider) quiet(at time.Time) bool {
	outside := d.settings.Hours.Outside
	return d.paused(at) || (outside == settings.OutsidePopup || outside == settings.OutsideSilent) && d.closed(at)
}

// quietChange returns the next moment at which quiet may change; zero: never.
func (d *Decider) quietChange(now time.Time) time.Time {
	return firstAfter(now, d.pausedUntil, d.hours.nextChange(now))
}

// ordersRing reports whether orders ring at a moment, if the speaker works.
func (d *Decider) ordersRing(at time.Time) bool { return len(d.waiting) > 0 && !d.quiet(at) }
