package alarm

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

func TestAnOrderSoundsAsTheSettingsSay(t *testing.T) {
	usual := ipc.Play{Sound: ipc.SoundOrder, Volume: 0.5, Repeat: true, PauseMs: 2000}
	tests := []struct {
		name     string
		settings settings.Settings
		want     func(p *ipc.Play)
	}{
		{"the voice", settings.Settings{Volume: 0.5}, func(*ipc.Play) {}},
		{"the second voice", settings.Settings{Volume: 0.5, Tune: settings.TuneVoice2}, func(p *ipc.Play) { p.Sound = ipc.SoundOrder2 }},
		{"the third voice", settings.Settings{Volume: 0.5, Tune: settings.TuneVoice3}, func(p *ipc.Play) { p.Sound = ipc.SoundOrder3 }},
		{"the chime", settings.Settings{Volume: 0.5, Tune: settings.TuneChime}, func(p *ipc.Play) { p.Sound = ipc.SoundChime }},
		{"the bell", settings.Settings{Volume: 0.5, Tune: settings.TuneBell}, func(p *ipc.Play) { p.Sound = ipc.SoundBell }},
		{"a tune of a later version", settings.Settings{Volume: 0.5, Tune: "gong"}, func(*ipc.Play) {}},
		{"a sound of one's own", settings.Settings{Volume: 0.5, Sound: "/a.wav"}, func(p *ipc.Play) { p.File = "/a.wav" }},
		{"a silence of one's own", settings.Settings{Volume: 0.5, Repeat: 7}, func(p *ipc.Play) { p.PauseMs = 7000 }},
		{"raised", settings.Settings{Volume: 0.5, Raise: true}, func(p *ipc.Play) { p.Raise = true }},
		{"a silence that is none", settings.Settings{Volume: 0.5, Repeat: -1}, func(*ipc.Play) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := with(tt.settings)
			d.SetOrders([]ipc.Card{card(1, at(1)), card(2, at(1))})
			want := usual
			tt.want(&want)
			if p := d.Decide(at(1)).Play; p == nil || *p != want {
				t.Errorf("plays %+v, want %+v", p, want)
			}
		})
	}
}

func TestTheLastDigitsOfTheNewestOrderAreRead(t *testing.T) {
	for number, want := range map[string]string{
		"1001": "1001", "20240727-0001": "0001", "20240727123": "7123", "7": "7", "A-12번": "12", "가게 3호 56-B": "56", "": "", "포장": "", "１２": "",
	} {
		d := with(settings.Settings{Digits: true, Remind: 1})
		newest := card(2, at(1))
		newest.Order = order.OrderID(number)
		d.SetOrders([]ipc.Card{card(1, at(1)), newest})
		if p := d.Decide(at(1)).Play; p == nil || p.Digits != want {
			t.Errorf("of %q it reads %+v, want %q", number, p, want)
		}
		if p := d.Decide(at(61)).Play; p == nil || p.Sound != ipc.SoundWaiting || p.Digits != "" { // it is about all of them
			t.Errorf("the reminder is %+v", p)
		}
	}
}

func TestWhatMustBeHeardIsRaisedAndGoodNewsIsNot(t *testing.T) {
	s := settings.Settings{Mart: "42", Volume: 0.5, Raise: true}
	tests := []struct {
		sound   string
		happens func(d *Decider)
		raised  bool
	}{
		{ipc.SoundTest, func(d *Decider) { d.StartTest(at(1)) }, true},
		{ipc.SoundLost, func(d *Decider) { d.SetGap(true) }, true},
		{ipc.SoundBell, func(d *Decider) { d.Preview(ipc.Play{Sound: ipc.SoundBell}, at(1)) }, false},
		{ipc.SoundBack, func(d *Decider) { d.connection.returned = true }, false},
	}
	for _, tt := range tests {
		d := with(s)
		tt.happens(d)
		if p := d.Decide(at(1)).Play; p == nil || p.Sound != tt.sound || p.Raise != tt.raised || p.Listen != (tt.sound == ipc.SoundTest) {
			t.Errorf("%s is %+v", tt.sound, p)
		}
	}
}

func TestAReminderIsLouderAndBuiltIn(t *testing.T) {
	for volume, want := range map[float64]float64{0: 0.6, 0.3: 0.6, 0.5: 0.75, 0.8: 1, 1: 1} {
		d := with(settings.Settings{Volume: volume, Sound: "/a.wav", Repeat: 4, Remind: 1})
		d.SetOrders([]ipc.Card{card(1, at(1))})
		d.Decide(at(1))
		reminder := ipc.Play{Sound: ipc.SoundWaiting, Volume: want, Repeat: true, PauseMs: 4000}
		if p := d.Decide(at(61)).Play; p == nil || *p != reminder {
			t.Errorf("at volume %v it plays %+v, want %+v", volume, p, reminder)
		}
	}
}

func TestAReminderComesByThePCsClockAndNotTheServers(t *testing.T) {
	d := with(settings.Settings{Remind: 1})
	d.SetOrders([]ipc.Card{card(1, at(-3600))})
	d.Decide(at(100))
	d.Decide(at(130))
	d.Decide(at(-500)) // somebody set the clock
	if a := d.Decide(at(-500 + 29)); a.Play.Sound != ipc.SoundOrder || !a.NextChange.Equal(at(-500+30)) {
		t.Errorf("%+v, next change %v", a.Play, a.NextChange)
	}
	if a := d.Decide(at(-500 + 30)); a.Play.Sound != ipc.SoundWaiting {
		t.Errorf("%+v", a.Play)
	}
}

func TestSleepBeyondTheClosingDoesNotCountAsRinging(t *testing.T) {
	s := outside(day, popup)
	s.Remind = 10
	d := with(s)
	d.SetOrders([]ipc.Card{card(1, at(0))})
	d.Decide(at(0)) // the PC sleeps from here to the next morning
	a := d.Decide(at(22 * 60 * minute))
	if want := at(22*60*minute + 5*minute); a.Play.Sound != ipc.SoundOrder || !a.NextChange.Equal(want) {
		t.Errorf("%+v, next change %v, want %v", a.Play, a.NextChange, want)
	}
}

func TestAPreviewKeepsWhatWasAskedFor(t *testing.T) {
	d := with(settings.Settings{Volume: 0.8})
	d.Preview(ipc.Play{Sound: ipc.SoundChime, File: "/a.wav", Volume: 0.2, Repeat: true}, at(1))
	if p, want := d.Decide(at(1)).Play, (ipc.Play{Sound: ipc.SoundChime, File: "/a.wav", Volume: 0.2}); p == nil || *p != want {
		t.Errorf("plays %+v, want %+v", p, want)
	}
}

func TestAPauseAndAClosedStoreAreReported(t *testing.T) {
	d := with(outside(night, ""))
	d.Pause(at(0), 60*time.Second)
	if a := d.Decide(at(59)); !a.Closed || !a.PausedUntil.Equal(at(60)) {
		t.Errorf("closed %v, paused %v", a.Closed, a.PausedUntil)
	}
	if a := d.Decide(at(60)); !a.Closed || !a.PausedUntil.IsZero() {
		t.Errorf("closed %v, paused %v", a.Closed, a.PausedUntil)
	}
	if a := d.Decide(at(7 * 60 * minute)); a.Closed {
		t.Error("closed at night")
	}
}

func TestTheSpeakerIsChecked(t *testing.T) {
	tests := []struct {
		name   string
		happen func(d *Decider)
		now    float64
		check  bool
		change float64 // 0: never
	}{
		{"at the start", func(*Decider) {}, 0, true, 0},
		{"a check is under way", func(d *Decider) { d.CheckStarted(at(0)) }, 29, false, 30},
		{"a check that does not end", func(d *Decider) { d.CheckStarted(at(0)) }, 30, true, 0},
		{"all was well", func(d *Decider) { d.CheckStarted(at(0)); d.SpeakerWorks(at(2)) }, 601, false, 602},
		{"long ago", func(d *Decider) { d.CheckStarted(at(0)); d.SpeakerWorks(at(2)) }, 602, true, 0},
		{"it is not broken, and the system lets it be heard", func(d *Decider) { d.CheckStarted(at(0)); d.SetMuted("", at(2)) }, 601, false, 602},
		{"it is broken", func(d *Decider) { d.CheckStarted(at(0)); d.SoundFailed(ipc.NoDevice, at(2)) }, 31, false, 32},
		{"it was broken", func(d *Decider) { d.CheckStarted(at(0)); d.SoundFailed(ipc.NoDevice, at(2)) }, 32, true, 0},
		{"it is muted", func(d *Decider) { d.CheckStarted(at(0)); d.SetMuted(ipc.NoVolume, at(1)); d.SpeakerWorks(at(2)) }, 31, false, 32},
		{"it was muted", func(d *Decider) { d.CheckStarted(at(0)); d.SetMuted(ipc.NoVolume, at(1)); d.SpeakerWorks(at(2)) }, 32, true, 0},
		{"an order tries it anyway", func(d *Decider) { d.SetOrders([]ipc.Card{card(1, at(0))}) }, 1e4, false, 0},
		{"what broke in a check is tried at once for an order", func(d *Decider) {
			d.Decide(at(0))
			d.SoundFailed(ipc.NoDevice, at(1))
			d.SetOrders([]ipc.Card{card(1, at(0))})
		}, 1, false, 0},
		{"nothing is set", func(d *Decider) { d.SetSettings(settings.Settings{}) }, 1e4, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := &Decider{}
			d.SetSettings(settings.Settings{Mart: "42"})
			tt.happen(d)
			a := d.Decide(at(tt.now))
			if a.CheckSpeaker != tt.check {
				t.Errorf("check %v", a.CheckSpeaker)
			}
			if want := at(tt.change); tt.change != 0 && !a.NextChange.Equal(want) || tt.change == 0 && !a.NextChange.IsZero() {
				t.Errorf("next change %v, want %v", a.NextChange, want)
			}
			if waits := len(d.waiting) > 0; waits != (a.Play != nil) {
				t.Errorf("plays %+v", a.Play)
			}
		})
	}
}

func TestWhatFailedSoundsAgainAfterRetry(t *testing.T) {
	d := with(settings.Settings{})
	d.SetOrders([]ipc.Card{card(1, at(0))})
	for now := 0.0; now < 60; now += retryDelay.Seconds() {
		if a := d.Decide(at(now)); a.Play == nil || a.Banner != map[bool]string{true: BannerSilent}[now > 0] {
			t.Fatalf("after %v s: plays %+v, banner %q", now, a.Play, a.Banner)
		}
		d.SoundFailed(ipc.Stalled, at(now))
		if a := d.Decide(at(now)); a.Play != nil || !a.NextChange.Equal(at(now).Add(retryDelay)) {
			t.Fatalf("after %v s: plays %+v, next change %v", now, a.Play, a.NextChange.Sub(noon))
		}
	}
	d.SpeakerWorks(at(60))
	if a := d.Decide(at(60).Add(time.Millisecond)); a.Play == nil || a.Banner != "" {
		t.Errorf("plays %+v, banner %q", a.Play, a.Banner)
	}
}
