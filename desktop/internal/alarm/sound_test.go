package alarm

import (
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestAnOrderSoundsAsTheSettingsSay(t *testing.T) {
	order := ipc.Play{Sound: ipc.SoundOrder, Volume: 0.5, Repeat: true, PauseMs: 2000}
	tests := []struct {
		name     string
		settings settings.Settings
		want     func(p *ipc.Play)
	}{
		{"the voice", settings.Settings{Volume: 0.5}, func(*ipc.Play) {}},
		{"the chime", settings.Settings{Volume: 0.5, Tune: settings.TuneChime}, func(p *ipc.Play) { p.Sound = ipc.SoundChime }},
		{"the bell", settings.Settings{Volume: 0.5, Tune: settings.TuneBell}, func(p *ipc.Play) { p.Sound = ipc.SoundBell }},
		{"a tune of a later version", settings.Settings{Volume: 0.5, Tune: "gong"}, func(*ipc.Play) {}},
		{"a sound of one's own", settings.Settings{Volume: 0.5, Sound: "/a.wav"}, func(p *ipc.Play) { p.File = "/a.wav" }},
		{"a silence of one's own", settings.Settings{Volume: 0.5, Repeat: 7}, func(p *ipc.Play) { p.PauseMs = 7000 }},
		{"a silence that is none", settings.Settings{Volume: 0.5, Repeat: -1}, func(*ipc.Play) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := with(tt.settings)
			b.Wait([]ipc.Card{card(1, at(1)), card(2, at(1))})
			want := order
			tt.want(&want)
			if p := b.Next(at(1)).Play; p == nil || *p != want {
				t.Errorf("plays %+v, want %+v", p, want)
			}
		})
	}
}

func TestAReminderIsLouderAndBuiltIn(t *testing.T) {
	for volume, want := range map[float64]float64{0: 0.6, 0.3: 0.6, 0.5: 0.75, 0.8: 1, 1: 1} {
		b := with(settings.Settings{Volume: volume, Sound: "/a.wav", Repeat: 4, Remind: 1})
		b.Wait([]ipc.Card{card(1, at(1))})
		b.Next(at(1))
		reminder := ipc.Play{Sound: ipc.SoundWaiting, Volume: want, Repeat: true, PauseMs: 4000}
		if p := b.Next(at(61)).Play; p == nil || *p != reminder {
			t.Errorf("at volume %v it plays %+v, want %+v", volume, p, reminder)
		}
	}
}

func TestTheTimeOfAReminderIsThisPCsAndNotTheServers(t *testing.T) {
	b := with(settings.Settings{Remind: 1})
	b.Wait([]ipc.Card{card(1, at(-3600))})
	b.Next(at(100))
	b.Next(at(130))
	b.Next(at(-500)) // somebody set the clock
	if a := b.Next(at(-500 + 29)); a.Play.Sound != ipc.SoundOrder || !a.Wake.Equal(at(-500+30)) {
		t.Errorf("%+v, wake %v", a.Play, a.Wake)
	}
	if a := b.Next(at(-500 + 30)); a.Play.Sound != ipc.SoundWaiting {
		t.Errorf("%+v", a.Play)
	}
}

func TestSleepBeyondTheClosingDoesNotCountAsRinging(t *testing.T) {
	s := outside(day, popup)
	s.Remind = 10
	b := with(s)
	b.Wait([]ipc.Card{card(1, at(0))})
	b.Next(at(0)) // the PC sleeps from here to the next morning
	a := b.Next(at(22 * 60 * minute))
	if want := at(22*60*minute + 5*minute); a.Play.Sound != ipc.SoundOrder || !a.Wake.Equal(want) {
		t.Errorf("%+v, wake %v, want %v", a.Play, a.Wake, want)
	}
}

func TestAPreviewKeepsWhatWasAskedFor(t *testing.T) {
	b := with(settings.Settings{Volume: 0.8})
	b.Preview(ipc.Play{Sound: ipc.SoundChime, File: "/a.wav", Volume: 0.2, Repeat: true}, at(1))
	if p, want := b.Next(at(1)).Play, (ipc.Play{Sound: ipc.SoundChime, File: "/a.wav", Volume: 0.2}); p == nil || *p != want {
		t.Errorf("plays %+v, want %+v", p, want)
	}
}

func TestThePausedAndTheClosedAreTold(t *testing.T) {
	b := with(outside(night, ""))
	b.Pause(at(60))
	if a := b.Next(at(59)); !a.Closed || !a.Paused.Equal(at(60)) {
		t.Errorf("closed %v, paused %v", a.Closed, a.Paused)
	}
	if a := b.Next(at(60)); !a.Closed || !a.Paused.IsZero() {
		t.Errorf("closed %v, paused %v", a.Closed, a.Paused)
	}
	if a := b.Next(at(7 * 60 * minute)); a.Closed {
		t.Error("closed at night")
	}
}

func TestTheSpeakerIsLookedAt(t *testing.T) {
	tests := []struct {
		name   string
		happen func(b *Bell)
		now    float64
		check  bool
		wake   float64 // 0: never
	}{
		{"at the start", func(*Bell) {}, 0, true, 0},
		{"it is being looked at", func(b *Bell) { b.Checking(at(0)) }, 29, false, 30},
		{"that does not end", func(b *Bell) { b.Checking(at(0)) }, 30, true, 0},
		{"all was well", func(b *Bell) { b.Checking(at(0)); b.Heard(at(2)) }, 601, false, 602},
		{"long ago", func(b *Bell) { b.Checking(at(0)); b.Heard(at(2)) }, 602, true, 0},
		{"it is not broken, and the system lets it be heard", func(b *Bell) { b.Checking(at(0)); b.Muted("", at(2)) }, 601, false, 602},
		{"it is broken", func(b *Bell) { b.Checking(at(0)); b.Broke(ipc.NoDevice, at(2)) }, 31, false, 32},
		{"it was broken", func(b *Bell) { b.Checking(at(0)); b.Broke(ipc.NoDevice, at(2)) }, 32, true, 0},
		{"it is muted", func(b *Bell) { b.Checking(at(0)); b.Muted(ipc.NoVolume, at(1)); b.Heard(at(2)) }, 31, false, 32},
		{"it was muted", func(b *Bell) { b.Checking(at(0)); b.Muted(ipc.NoVolume, at(1)); b.Heard(at(2)) }, 32, true, 0},
		{"an order tries it anyway", func(b *Bell) { b.Wait([]ipc.Card{card(1, at(0))}) }, 1e4, false, 0},
		{"what broke in a check is tried at once for an order", func(b *Bell) {
			b.Next(at(0))
			b.Broke(ipc.NoDevice, at(1))
			b.Wait([]ipc.Card{card(1, at(0))})
		}, 1, false, 0},
		{"nothing is set", func(b *Bell) { b.Set(settings.Settings{}) }, 1e4, false, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &Bell{}
			b.Set(settings.Settings{Mart: "42"})
			tt.happen(b)
			a := b.Next(at(tt.now))
			if a.Check != tt.check {
				t.Errorf("check %v", a.Check)
			}
			if want := at(tt.wake); tt.wake != 0 && !a.Wake.Equal(want) || tt.wake == 0 && !a.Wake.IsZero() {
				t.Errorf("wake %v, want %v", a.Wake, want)
			}
			if waits := len(b.waiting) > 0; waits != (a.Play != nil) {
				t.Errorf("plays %+v", a.Play)
			}
		})
	}
}

func TestWhatFailedSoundsAgainAfterRetry(t *testing.T) {
	b := with(settings.Settings{})
	b.Wait([]ipc.Card{card(1, at(0))})
	for now := 0.0; now < 60; now += Retry.Seconds() {
		if a := b.Next(at(now)); a.Play == nil || a.Banner != map[bool]string{true: BannerSilent}[now > 0] {
			t.Fatalf("after %v s: plays %+v, banner %q", now, a.Play, a.Banner)
		}
		b.Broke(ipc.Stalled, at(now))
		if a := b.Next(at(now)); a.Play != nil || !a.Wake.Equal(at(now).Add(Retry)) {
			t.Fatalf("after %v s: plays %+v, wake %v", now, a.Play, a.Wake.Sub(noon))
		}
	}
	b.Heard(at(60))
	if a := b.Next(at(60).Add(time.Millisecond)); a.Play == nil || a.Banner != "" {
		t.Errorf("plays %+v, banner %q", a.Play, a.Banner)
	}
}
