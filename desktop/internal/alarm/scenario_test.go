package alarm

import (
	"fmt"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// with returns a Decider with settings s, whose speaker worked just before noon and which is connected since noon.
func with(s settings.Settings) *Decider {
	d := &Decider{}
	s.Mart = "42"
	d.SetSettings(s)
	d.SetOrders(nil)
	d.SetConnection(ipc.Connecting, at(-1))
	d.SetConnection(ipc.Connected, at(0))
	d.SpeakerWorks(at(0))
	d.Decide(at(0))
	return d
}

func card(n int, recorded time.Time) ipc.Card {
	return ipc.Card{Key: ipc.Key{Mart: "42", Order: testOrder, Kind: fmt.Sprint(n)}, At: recorded}
}

const minute = 60.0

var (
	night  = settings.Hours{Open: "18:00", Close: "02:00"} // opens six hours after noon
	day    = settings.Hours{Open: "09:00", Close: "12:05"} // closes five minutes after noon
	popup  = settings.OutsidePopup
	silent = settings.OutsideSilent
)

func outside(h settings.Hours, outside string) settings.Settings {
	h.Outside = outside
	return settings.Settings{Volume: 0.8, Hours: h}
}

// Each row is what happened, and what is so at a time after it: sound, banner, number of cards and
// NextChange.
func TestEachEventHasItsSoundItsBannerAndItsCards(t *testing.T) {
	const ringing, reminding = "order, again and again", "waiting, again and again"
	remind := settings.Settings{Volume: 0.8, Remind: 3}
	one, two := card(1, at(0)), card(2, at(0))
	order := func(d *Decider) { d.SetOrders([]ipc.Card{one}); d.Decide(at(10)) }
	lost := func(d *Decider) { d.SetConnection(ipc.Connecting, at(10)) }
	toldLost := func(d *Decider) { lost(d); d.Decide(at(30)); d.SoundEnded() }
	another := func(d *Decider, now float64) { d.SetOrders([]ipc.Card{one, two}); d.Decide(at(now)) }
	tests := []struct {
		name     string
		settings settings.Settings
		happen   func(d *Decider)
		now      float64 // seconds after noon
		sound    string
		banner   string
		cards    int
		change   float64 // 0: never
	}{
		{"no reminder before its time", remind, order, 10 + 3*minute - 1, ringing, "", 1, 10 + 3*minute},
		{"a reminder for an order that nobody answers", remind, order, 10 + 3*minute, reminding, "", 1, 0},
		{"reminders that are off", settings.Settings{}, order, 1e6, ringing, "", 1, 0},
		{"a new order during a reminder sounds as one", remind, func(d *Decider) { order(d); another(d, 200) }, 200, ringing, "", 2, 210},
		{"and is then part of the reminder", remind, func(d *Decider) { order(d); another(d, 200) }, 210, reminding, "", 2, 0},
		{"the old order is answered: no reminder for the new one yet", remind, func(d *Decider) {
			order(d)
			another(d, 200)
			d.SetOrders([]ipc.Card{two})
		}, 210, ringing, "", 1, 200 + 3*minute},
		{"a broken speaker stops the time of the reminder", remind, func(d *Decider) {
			order(d)
			d.SoundFailed(ipc.NoDevice, at(20))
			d.Decide(at(20))
			d.Decide(at(1000))
			d.SpeakerWorks(at(1000))
			d.Decide(at(1000))
		}, 1000 + 3*minute - 11, ringing, "", 1, 1000 + 3*minute - 10},

		{"a pause", settings.Settings{}, func(d *Decider) { order(d); d.Pause(at(0), 100*time.Second) }, 20, "", BannerPaused, 1, 100},
		{"a pause ends by itself", settings.Settings{}, func(d *Decider) { order(d); d.Pause(at(0), 100*time.Second) }, 100, ringing, "", 1, 0},
		{"a person ends the pause", settings.Settings{}, func(d *Decider) { order(d); d.Pause(at(0), 100*time.Second); d.Pause(at(0), 0) }, 20, ringing, "", 1, 0},
		{"a pause stops the time of the reminder", remind, func(d *Decider) {
			order(d)
			d.Pause(at(0), 100*time.Second)
			d.Decide(at(20))
			d.Decide(at(100))
		}, 100 + 3*minute - 11, ringing, "", 1, 100 + 3*minute - 10},
		{"a test in a pause", settings.Settings{}, func(d *Decider) { d.Pause(at(0), 100*time.Second); d.StartTest(at(10)) }, 11, "test", BannerPaused, 1, 40},
		{"a connection lost in a pause is seen", settings.Settings{}, func(d *Decider) { lost(d); d.Pause(at(0), 100*time.Second) }, 30, "", BannerLost, 0, 100},
		{"and heard after it", settings.Settings{}, func(d *Decider) { lost(d); d.Pause(at(0), 100*time.Second); d.Decide(at(30)) }, 100, "lost", BannerLost, 0, 0},

		{"the store is open", outside(day, popup), order, 20, ringing, "", 1, 5 * minute},
		{"the store closes", outside(day, popup), order, 5 * minute, "", BannerClosed, 1, 600},
		{"the store closes, and orders are not for the night", outside(day, silent), order, 5 * minute, "", "", 0, 600},
		{"the store closes, and orders ring on", outside(day, ""), order, 5 * minute, ringing, "", 1, 21 * 60 * minute},
		{"an unknown choice for closed hours rings", outside(day, "what"), order, 5 * minute, ringing, "", 1, 21 * 60 * minute},
		{"nothing waits in a closed store", outside(night, popup), func(*Decider) {}, 20, "", "", 0, 600},
		{"what waits rings when the store opens", outside(night, silent), func(d *Decider) { order(d); d.SpeakerWorks(at(6 * 60 * minute)) },
			6 * 60 * minute, ringing, "", 1, 14 * 60 * minute},
		{"the time of a reminder begins when the store opens", settings.Settings{Remind: 3, Hours: outside(night, popup).Hours}, func(d *Decider) {
			order(d)
			d.Decide(at(6 * 60 * minute))
		}, 6*60*minute + 3*minute - 1, ringing, "", 1, 6*60*minute + 3*minute},
		{"hours that cannot be read", outside(settings.Hours{Open: "9", Close: "10:00"}, silent), order, 20, ringing, "", 1, 0},
		{"a test in a closed store", outside(night, silent), func(d *Decider) { d.StartTest(at(10)) }, 11, "test", "", 1, 40},
		{"a loss in a closed store is seen, not heard", outside(night, popup), lost, 30, "", BannerLost, 0, 600},
		{"it is heard where orders ring", outside(night, ""), lost, 30, "lost", BannerLost, 0, 6 * 60 * minute},
		{"it is heard when the store opens", outside(night, popup), lost, 6 * 60 * minute, "lost", BannerLost, 0, 14 * 60 * minute},
		{"a gap in a closed store keeps its card", outside(night, silent), func(d *Decider) { d.SetGap(true) }, 30, "", "", 1, 600},

		{"a patience of the settings", settings.Settings{Patience: 60}, lost, 69, "", "", 0, 70},
		{"the patience ends", settings.Settings{Patience: 60}, lost, 70, "lost", BannerLost, 0, 0},
		{"a loss is told again", settings.Settings{}, toldLost, 30 + 10*minute, "lost", BannerLost, 0, 0},
		{"but not before its time", settings.Settings{}, func(d *Decider) { toldLost(d); d.SpeakerWorks(at(300)) }, 30 + 10*minute - 1, "", BannerLost, 0, 30 + 10*minute},
		{"and never over an order", settings.Settings{}, func(d *Decider) { toldLost(d); order(d) }, 30 + 10*minute, ringing, BannerLost, 1, 0},
		{"a loss that could not be heard is not tried on and on", settings.Settings{}, func(d *Decider) {
			lost(d)
			d.Decide(at(30))
			d.SoundFailed(ipc.NoDevice, at(31))
		}, 40, "", BannerLost, 0, 61},
		{"a refusal after a loss is the same outage", settings.Settings{}, func(d *Decider) { toldLost(d); d.SetConnection(ipc.Refused, at(50)) },
			50, "", BannerRefused, 0, 600},
		{"a connection is back", settings.Settings{}, func(d *Decider) { toldLost(d); d.SetConnection(ipc.Connected, at(50)) }, 50, "back", "", 0, 0},
		{"the news of it was heard", settings.Settings{}, func(d *Decider) {
			toldLost(d)
			d.SetConnection(ipc.Connected, at(50))
			d.Decide(at(50))
			d.SoundEnded()
		}, 51, "", "", 0, 600},
		{"a connection is back while its loss is told", settings.Settings{}, func(d *Decider) {
			lost(d)
			d.Decide(at(30))
			d.SetConnection(ipc.Connected, at(31))
			d.SoundEnded()
		}, 31, "back", "", 0, 0},
		{"the end of the first outage's sound does not count for the next outage", settings.Settings{}, func(d *Decider) {
			lost(d)
			d.Decide(at(30))
			d.SetConnection(ipc.Connected, at(31))
			d.SoundEnded()
			d.SetConnection(ipc.Connecting, at(40))
		}, 60, "lost", BannerLost, 0, 0},
		{"a connection is back, and nobody was told of its loss", settings.Settings{}, func(d *Decider) { lost(d); d.SetConnection(ipc.Connected, at(29)) }, 29, "", "", 0, 600},
		{"a connection is back while an order rings", settings.Settings{}, func(d *Decider) {
			toldLost(d)
			order(d)
			d.SetConnection(ipc.Connected, at(50))
		}, 50, ringing, "", 1, 0},
		{"and is no news after it", settings.Settings{}, func(d *Decider) {
			toldLost(d)
			order(d)
			d.SetConnection(ipc.Connected, at(50))
			d.Decide(at(50))
			d.SetOrders(nil)
		}, 51, "", "", 0, 600},
		{"a connection is back in a closed store", outside(day, popup), func(d *Decider) {
			toldLost(d)
			d.SetConnection(ipc.Connected, at(5*minute))
		}, 5 * minute, "", "", 0, 600},

		{"it is no news when the store opens", outside(day, popup), func(d *Decider) {
			toldLost(d)
			d.SetConnection(ipc.Connected, at(5*minute))
			d.Decide(at(5 * minute))
			d.SpeakerWorks(at(21 * 60 * minute))
		}, 21 * 60 * minute, "", "", 0, 21*60*minute + 600},

		{"a preview", settings.Settings{}, func(d *Decider) { d.Preview(ipc.Play{Sound: "bell", Repeat: true}, at(10)) }, 10, "bell", "", 0, 0},
		{"a preview that was heard", settings.Settings{}, func(d *Decider) {
			d.Preview(ipc.Play{Sound: "bell"}, at(10))
			d.Decide(at(10))
			d.SoundEnded()
		}, 11, "", "", 0, 600},
		{"the end of a preview is not that of the next", settings.Settings{}, func(d *Decider) {
			d.Preview(ipc.Play{Sound: "bell"}, at(10))
			d.Decide(at(10))
			d.Preview(ipc.Play{Sound: "chime"}, at(11))
			d.SoundEnded()
		}, 11, "chime", "", 0, 0},
		{"a preview that failed", settings.Settings{}, func(d *Decider) {
			d.Preview(ipc.Play{Sound: "bell"}, at(10))
			d.Decide(at(10))
			d.SoundFailed(ipc.NoDevice, at(11))
		}, 20, "", "", 0, 41},
		{"a preview in a closed store", outside(night, silent), func(d *Decider) { d.Preview(ipc.Play{Sound: "bell"}, at(10)) }, 10, "bell", "", 0, 6 * 60 * minute},
		{"no preview while an order rings, and none after it", settings.Settings{}, func(d *Decider) {
			order(d)
			d.Preview(ipc.Play{Sound: "bell"}, at(10))
			d.SetOrders(nil)
		}, 11, "", "", 0, 600},
		{"a preview does not wait for the retry of a broken sound", settings.Settings{}, func(d *Decider) {
			order(d)
			d.SoundFailed(ipc.NoDevice, at(10))
			d.SetOrders(nil)
			d.Preview(ipc.Play{Sound: "bell"}, at(11))
		}, 11, "bell", "", 0, 0},
		{"a test ends a preview", settings.Settings{}, func(d *Decider) {
			d.Preview(ipc.Play{Sound: "bell"}, at(9))
			d.StartTest(at(10))
			d.Decide(at(10))
			d.SoundEnded()
		}, 11, "", "", 1, 40},
		{"an order ends a preview", settings.Settings{}, func(d *Decider) {
			d.Preview(ipc.Play{Sound: "bell"}, at(9))
			order(d)
			d.SetOrders(nil)
		}, 11, "", "", 0, 600},
		{"a test that nobody heard before its card went", settings.Settings{}, func(d *Decider) { d.StartTest(at(10)) }, 40, "", "", 0, 600},

		{"orders came while this PC was away", settings.Settings{}, func(d *Decider) { d.SetOrders([]ipc.Card{card(1, at(-21)), card(2, at(-20))}) },
			1, ringing, BannerMissed, 2, 0},
		{"a closed store hides them", outside(night, silent), func(d *Decider) { d.SetOrders([]ipc.Card{card(1, at(-21))}) }, 1, "", "", 0, 600},
		{"a person answered them", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{card(1, at(-21)), two})
			d.Decide(at(1))
			d.SetOrders([]ipc.Card{two})
		}, 2, ringing, "", 1, 0},
		{"an order without a time was not missed", settings.Settings{}, func(d *Decider) { d.SetOrders([]ipc.Card{card(1, time.Time{})}) }, 1, ringing, "", 1, 0},
		{"an order long after the connection was not missed: a clock is wrong", settings.Settings{}, func(d *Decider) {
			d.SetOrders([]ipc.Card{card(1, at(-3600))})
		}, 61, ringing, "", 1, 0},
		{"an order that came over a connection that has gone was not missed", settings.Settings{}, func(d *Decider) {
			d.SetConnection(ipc.Connecting, at(30))
			d.SetOrders([]ipc.Card{card(1, at(5))})
		}, 31, ringing, "", 1, 50},
		{"an order of before the settings were taken away was not missed", settings.Settings{}, func(d *Decider) {
			d.SetConnection(ipc.NotSet, at(30))
			d.SetOrders([]ipc.Card{card(1, at(-60))})
		}, 31, ringing, "", 1, 0},
		{"a reconnection does not make missed what was known", settings.Settings{}, func(d *Decider) {
			order(d)
			d.SetConnection(ipc.Connecting, at(100))
			d.SetConnection(ipc.Connected, at(110))
			d.SetOrders([]ipc.Card{one})
		}, 111, ringing, "", 1, 0},
		{"what came during an outage was missed", settings.Settings{}, func(d *Decider) {
			d.SetConnection(ipc.Connecting, at(10))
			d.SetConnection(ipc.Connected, at(3600))
			d.SetOrders([]ipc.Card{card(1, at(1800))})
		}, 3601, ringing, BannerMissed, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := with(tt.settings)
			tt.happen(d)
			a := d.Decide(at(tt.now))
			if sound(a) != tt.sound || a.Banner != tt.banner || len(a.Cards) != tt.cards {
				t.Errorf("sound %q, banner %q, %d cards; want %q, %q, %d", sound(a), a.Banner, len(a.Cards), tt.sound, tt.banner, tt.cards)
			}
			if want := at(tt.change); tt.change != 0 && !a.NextChange.Equal(want) || tt.change == 0 && !a.NextChange.IsZero() {
				t.Errorf("next change %v, want %v", a.NextChange, want)
			}
		})
	}
}

func TestOrdersKnownBeforeTheFirstConnectionWereNotMissed(t *testing.T) {
	d := &Decider{}
	d.SetOrders([]ipc.Card{card(1, at(-3600))})
	d.SetConnection(ipc.Connecting, at(0))
	d.SetConnection(ipc.Connected, at(1))
	if a := d.Decide(at(1)); a.Banner != "" || a.Missed != 0 {
		t.Errorf("banner %q, %d missed", a.Banner, a.Missed)
	}
}
