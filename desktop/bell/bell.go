// Package bell decides what should ring, show and be told now. It is pure: what
// happened, the settings and the time go in; an Alarm comes out.
package bell

import (
	"slices"
	"time"

	"jumun/desktop/pipe"
	"jumun/shared/order"
)

const (
	// Patience is how long a lost connection may take to come back before people are
	// told: an alarm at every hiccup would teach them to ignore it.
	Patience = 20 * time.Second
	// Retry is how long to wait after a sound failed: a plugged-in speaker should be
	// heard soon, and each attempt costs a process.
	Retry = 3 * time.Second
	// Pause is the silence between two calls of an order: long enough to speak in.
	Pause = 1500 * time.Millisecond
	// TestStays is how long the card of a test alarm waits for a person.
	TestStays = 30 * time.Second
)

// TestOrder is what the card of a test alarm shows in place of an order number. It is no
// number: an order may have the same.
const TestOrder order.OrderID = "TEST"

// A Bell holds what the decision needs. The zero Bell is silent, and not set.
type Bell struct {
	settings pipe.Settings
	waiting  []pipe.Card

	link      string // pipe.NotSet, Connecting, Connected or Refused
	linkSince time.Time
	downSince time.Time // when the link was last up; zero while it is up
	lostRung  bool      // people have heard that this outage began

	testUntil time.Time // the test card stays until then
	once      string    // a sound to play once, "" for none

	gap        bool // orders may be missing, and nobody has said that they looked
	gapUnheard bool // the sound that says so was not heard yet

	broken     string // why the last sound failed; "" if it did not
	retryAt    time.Time
	windowDown string // why there is no window; "" if there can be one
	diskDown   string // why orders cannot be stored; "" if they are
}

// An Alarm is what should be so from now on.
type Alarm struct {
	Play   *pipe.Play  // what sounds; nil is silence
	Cards  []pipe.Card // what pops up: the orders, oldest first, then what else there is
	Orders int         // how many of Cards are orders
	Gap    bool        // orders may be missing
	State  string      // of the connection: pipe.NotSet, …
	Since  time.Time   // of State
	Sign   string      // what the tray's icon shows: State, pipe.SignWaiting or pipe.SignAttention
	Wake   time.Time   // ask again then, even if nothing happens; zero: never
}

// Set takes new settings. An alarm that sounds changes its volume at once.
func (b *Bell) Set(s pipe.Settings) { b.settings = s }

// Wait takes the orders that nobody has confirmed, oldest first.
func (b *Bell) Wait(cards []pipe.Card) { b.waiting = cards }

// Missing says whether orders may be missing. It sounds once when that begins.
func (b *Bell) Missing(gap bool) {
	b.gapUnheard = gap && (b.gapUnheard || !b.gap)
	b.gap = gap
}

// Linked takes a state of the connection: pipe.NotSet, Connecting, Connected, Refused.
func (b *Bell) Linked(state string, now time.Time) {
	if state != b.link {
		b.link, b.linkSince = state, now
	}
	switch {
	case state == pipe.Connected || state == pipe.NotSet:
		b.downSince, b.lostRung = time.Time{}, false
		b.drop(pipe.SoundLost)
	case b.downSince.IsZero():
		b.downSince = now
	}
}

// Test begins a test alarm: its sound once, and a card.
func (b *Bell) Test(now time.Time) {
	b.once, b.testUntil, b.retryAt = pipe.SoundTest, now.Add(TestStays), time.Time{}
}

// EndTest takes the card of a test alarm away, and its sound.
func (b *Bell) EndTest() {
	b.testUntil = time.Time{}
	b.drop(pipe.SoundTest)
}

// drop forgets a sound that was to play once, if it has not.
func (b *Bell) drop(sound string) {
	if b.once == sound {
		b.once = ""
	}
}

// Heard says that the sound device took samples: whatever was wrong is over.
func (b *Bell) Heard() { b.broken, b.retryAt = "", time.Time{} }

// Played says that a sound that does not repeat was played to its end.
func (b *Bell) Played() {
	if b.once != pipe.SoundTest {
		b.gapUnheard = false
	}
	b.once = ""
}

// Broke says that a sound failed, and why. What should sound is tried again after
// Retry, for ever; a sound that was to play once is not, since its moment has passed. That
// of missing orders is, until they are looked for.
func (b *Bell) Broke(why string, now time.Time) {
	b.broken, b.retryAt, b.once = why, now.Add(Retry), ""
}

// Shown says whether popups can be shown: "" if so, else why not.
func (b *Bell) Shown(why string) { b.windowDown = why }

// Stored says whether orders are stored: "" if so, else why not.
func (b *Bell) Stored(why string) { b.diskDown = why }

// Next says what should be ringing, shown and told at now. The popup does not depend
// on the sound, nor the sound on the popup: a broken speaker must not hide an order.
func (b *Bell) Next(now time.Time) Alarm {
	a := Alarm{Cards: b.cards(now), Orders: len(b.waiting), Gap: b.gap}
	a.State, a.Since = b.state(now)
	a.Play = b.play(a.State, now)
	a.Sign = b.sign(a.State)
	a.Wake = b.wake(now)
	return a
}

func (b *Bell) cards(now time.Time) []pipe.Card {
	cards := slices.Clone(b.waiting)
	if b.gap {
		cards = append(cards, pipe.Card{Key: pipe.Key{Mart: b.settings.Mart, Kind: pipe.CardGap}})
	}
	if now.Before(b.testUntil) {
		test := pipe.Key{Mart: b.settings.Mart, Order: TestOrder, Kind: pipe.CardTest}
		cards = append(cards, pipe.Card{Key: test, At: b.testUntil.Add(-TestStays)})
	}
	return cards
}

func (b *Bell) state(now time.Time) (string, time.Time) {
	switch {
	case b.link == "":
		return pipe.NotSet, b.linkSince
	case b.link == pipe.Connecting && now.Sub(b.downSince) >= Patience:
		return pipe.Lost, b.downSince
	}
	return b.link, b.linkSince
}

func (b *Bell) play(state string, now time.Time) *pipe.Play {
	if (state == pipe.Lost || state == pipe.Refused) && !b.lostRung {
		b.lostRung, b.once = true, pipe.SoundLost
	}
	switch {
	case now.Before(b.retryAt):
		return nil
	case len(b.waiting) > 0:
		return &pipe.Play{Sound: pipe.SoundOrder, File: b.settings.Sound, Volume: b.settings.Volume,
			Repeat: true, PauseMs: int(Pause.Milliseconds())}
	case b.once != "":
		return &pipe.Play{Sound: b.once, Volume: b.settings.Volume}
	case b.gapUnheard:
		return &pipe.Play{Sound: pipe.SoundLost, Volume: b.settings.Volume}
	}
	return nil
}

// sign puts first what loses orders: no connection, then no sound, popup or disk, or
// orders that may be lost already.
func (b *Bell) sign(state string) string {
	switch {
	case state != pipe.Connected:
		return state
	case b.broken != "" || b.windowDown != "" || b.diskDown != "" || b.gap:
		return pipe.SignAttention
	case len(b.waiting) > 0:
		return pipe.SignWaiting
	}
	return state
}

func (b *Bell) wake(now time.Time) time.Time {
	var wake time.Time
	for _, at := range []time.Time{b.testUntil, b.retryAt, b.lostAt()} {
		if at.After(now) && (wake.IsZero() || at.Before(wake)) {
			wake = at
		}
	}
	return wake
}

func (b *Bell) lostAt() time.Time {
	if b.link != pipe.Connecting {
		return time.Time{}
	}
	return b.downSince.Add(Patience)
}
