package alarm

import (
	"slices"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

var noon = time.Date(2024, 7, 27, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time {
	return noon.Add(time.Duration(seconds * float64(time.Second)))
}

func connected() *Bell {
	b := &Bell{}
	b.Set(settings.Settings{Mart: "42", Volume: 0.8})
	b.Linked(ipc.Connecting, at(0))
	b.Linked(ipc.Connected, at(1))
	b.Heard(at(1))
	return b
}

func waiting(n int) []ipc.Card { return make([]ipc.Card, n) }

func sound(a Alarm) string {
	switch {
	case a.Play == nil:
		return ""
	case a.Play.Repeat:
		return a.Play.Sound + ", again and again"
	}
	return a.Play.Sound
}

func TestNext(t *testing.T) {
	const ringing = "order, again and again"
	const check = 601 // the speaker is looked at
	tests := []struct {
		name   string
		happen func(b *Bell)
		now    float64 // seconds
		sound  string
		cards  int
		state  string
		sign   string
		wake   float64 // seconds; 0: never
	}{
		{"nothing happens", func(*Bell) {}, 100, "", 0, ipc.Connected, ipc.Connected, check},
		{"an order waits", func(b *Bell) { b.Wait(waiting(1)) }, 2, ringing, 1, ipc.Connected, ipc.SignWaiting, 0},
		{"it rings until a person answers", func(b *Bell) { b.Wait(waiting(1)) }, 1e6, ringing, 1, ipc.Connected, ipc.SignWaiting, 0},
		{"a person answered", func(b *Bell) { b.Wait(waiting(1)); b.Wait(nil) }, 2, "", 0, ipc.Connected, ipc.Connected, check},
		{"the connection is gone for a moment", func(b *Bell) { b.Linked(ipc.Connecting, at(10)) },
			29, "", 0, ipc.Connecting, ipc.Connecting, 30},
		{"the connection is gone for longer", func(b *Bell) { b.Linked(ipc.Connecting, at(10)) },
			30, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"trying again does not restart the patience", func(b *Bell) {
			b.Linked(ipc.Connecting, at(10))
			b.Linked(ipc.Connecting, at(25))
		}, 30, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"an outage is told once", func(b *Bell) {
			b.Linked(ipc.Connecting, at(10))
			b.Next(at(30))
			b.Played()
		}, 300, "", 0, ipc.Lost, ipc.Lost, check},
		{"the next outage is told again", func(b *Bell) {
			b.Linked(ipc.Connecting, at(10))
			b.Next(at(30))
			b.Played()
			b.Linked(ipc.Connected, at(40))
			b.Linked(ipc.Connecting, at(50))
		}, 70, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"an outage that ended while an order rang is not told any more", func(b *Bell) {
			b.Wait(waiting(1))
			b.Linked(ipc.Connecting, at(10))
			b.Next(at(30))
			b.Linked(ipc.Connected, at(40))
			b.Wait(nil)
		}, 41, "", 0, ipc.Connected, ipc.Connected, check},
		{"the server says no, which needs no patience", func(b *Bell) { b.Linked(ipc.Refused, at(10)) },
			10, "lost", 0, ipc.Refused, ipc.Refused, 0},
		{"orders go on ringing without a connection", func(b *Bell) {
			b.Wait(waiting(2))
			b.Linked(ipc.Connecting, at(10))
		}, 40, ringing, 2, ipc.Lost, ipc.Lost, 0},
		{"no speaker: the popup is there, the sound is tried again", func(b *Bell) {
			b.Wait(waiting(1))
			b.Next(at(9))
			b.Broke(ipc.NoDevice, at(10))
		}, 12, "", 1, ipc.Connected, ipc.SignAttention, 13},
		{"no speaker, a little later", func(b *Bell) {
			b.Wait(waiting(1))
			b.Next(at(9))
			b.Broke(ipc.NoDevice, at(10))
		}, 13, ringing, 1, ipc.Connected, ipc.SignAttention, 0},
		{"a speaker again", func(b *Bell) {
			b.Wait(waiting(1))
			b.Next(at(9))
			b.Broke(ipc.NoDevice, at(10))
			b.Heard(at(11))
		}, 11, ringing, 1, ipc.Connected, ipc.SignWaiting, 0},
		{"the speaker stays marked after the order is confirmed", func(b *Bell) {
			b.Wait(waiting(1))
			b.Next(at(9))
			b.Broke(ipc.NoDevice, at(10))
			b.Wait(nil)
		}, 20, "", 0, ipc.Connected, ipc.SignAttention, 40},
		{"no window: it still rings", func(b *Bell) {
			b.Wait(waiting(1))
			b.Shown("no OpenGL")
		}, 2, ringing, 1, ipc.Connected, ipc.SignAttention, 0},
		{"no disk: it still rings", func(b *Bell) {
			b.Wait(waiting(1))
			b.Stored("full")
		}, 2, ringing, 1, ipc.Connected, ipc.SignAttention, 0},
		{"a test", func(b *Bell) { b.Test(at(10)) }, 11, "test", 1, ipc.Connected, ipc.Connected, 40},
		{"a test that was heard", func(b *Bell) { b.Test(at(10)); b.Next(at(10)); b.Played() }, 13, "", 1, ipc.Connected, ipc.Connected, 40},
		{"a test that nobody answered", func(b *Bell) { b.Test(at(10)); b.Next(at(10)); b.Played() }, 40, "", 0, ipc.Connected, ipc.Connected, check},
		{"a test that was answered", func(b *Bell) { b.Test(at(10)); b.EndTest() }, 11, "", 0, ipc.Connected, ipc.Connected, check},
		{"an order during a test comes first", func(b *Bell) { b.Test(at(10)); b.Wait(waiting(1)) },
			11, ringing, 2, ipc.Connected, ipc.SignWaiting, 40},
		{"a test does not wait for the retry of a broken sound", func(b *Bell) {
			b.Next(at(9))
			b.Broke(ipc.NoDevice, at(10))
			b.Test(at(11))
		}, 11, "test", 1, ipc.Connected, ipc.SignAttention, 41},
		{"orders may be missing", func(b *Bell) { b.Missing(true) }, 2, "lost", 1, ipc.Connected, ipc.SignAttention, 0},
		{"that was heard once", func(b *Bell) { b.Missing(true); b.Next(at(2)); b.Played(); b.Missing(true) }, 2, "", 1, ipc.Connected, ipc.SignAttention, check},
		{"that was heard when the connection was lost", func(b *Bell) {
			b.Linked(ipc.Refused, at(10))
			b.Missing(true)
			b.Next(at(10))
			b.Played()
		}, 11, "", 1, ipc.Refused, ipc.Refused, check},
		{"that was not heard in a test", func(b *Bell) { b.Missing(true); b.Test(at(10)); b.Next(at(10)); b.Played() },
			11, "lost", 2, ipc.Connected, ipc.SignAttention, 40},
		{"that was not heard without a speaker", func(b *Bell) {
			b.Missing(true)
			b.Next(at(9))
			b.Broke(ipc.NoDevice, at(10))
		},
			13, "lost", 1, ipc.Connected, ipc.SignAttention, 0},
		{"a connection that comes back does not find them", func(b *Bell) {
			b.Missing(true)
			b.Linked(ipc.Connecting, at(10))
			b.Linked(ipc.Connected, at(11))
		}, 12, "lost", 1, ipc.Connected, ipc.SignAttention, 0},
		{"orders ring before missing ones are told", func(b *Bell) { b.Missing(true); b.Wait(waiting(2)) },
			2, ringing, 3, ipc.Connected, ipc.SignAttention, 0},
		{"orders are confirmed, and missing ones are told", func(b *Bell) { b.Missing(true); b.Wait(waiting(2)); b.Wait(nil) },
			2, "lost", 1, ipc.Connected, ipc.SignAttention, 0},
		{"a person looked for missing orders", func(b *Bell) { b.Missing(true); b.Missing(false) }, 2, "", 0, ipc.Connected, ipc.Connected, check},
		{"orders may be missing again", func(b *Bell) {
			b.Missing(true)
			b.Next(at(2))
			b.Played()
			b.Missing(false)
			b.Missing(true)
		}, 2, "lost", 1, ipc.Connected, ipc.SignAttention, 0},
		{"settings are taken away", func(b *Bell) { b.Linked(ipc.NotSet, at(10)) }, 100, "", 0, ipc.NotSet, ipc.NotSet, check},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := connected()
			tt.happen(b)
			a := b.Next(at(tt.now))
			if got := sound(a); got != tt.sound {
				t.Errorf("sound %q, want %q", got, tt.sound)
			}
			if len(a.Cards) != tt.cards {
				t.Errorf("%d cards, want %d", len(a.Cards), tt.cards)
			}
			if a.State != tt.state || a.Sign != tt.sign {
				t.Errorf("state %s, sign %s; want %s, %s", a.State, a.Sign, tt.state, tt.sign)
			}
			want := time.Time{}
			if tt.wake != 0 {
				want = at(tt.wake)
			}
			if !a.Wake.Equal(want) {
				t.Errorf("wake %v, want %v", a.Wake, want)
			}
		})
	}
}

func TestOrdersComeBeforeAllElseOnTheScreen(t *testing.T) {
	b := connected()
	b.Test(at(2))
	b.Missing(true)
	b.Wait([]ipc.Card{{Key: ipc.Key{Mart: "42", Order: TestOrder}}})
	a := b.Next(at(3))
	want := []ipc.Key{{Mart: "42", Order: TestOrder}, {Mart: "42", Kind: ipc.CardGap}, {Mart: "42", Order: TestOrder, Kind: ipc.CardTest}}
	var got []ipc.Key
	for _, c := range a.Cards {
		got = append(got, c.Key)
	}
	if !slices.Equal(got, want) || a.Orders != 1 || !a.Gap {
		t.Errorf("%+v, want %+v", a, want)
	}
}

func TestTheZeroBellIsSilentAndNotSet(t *testing.T) {
	var b Bell
	if a := b.Next(noon); a.Play != nil || len(a.Cards) != 0 || a.State != ipc.NotSet || !a.Wake.IsZero() {
		t.Errorf("%+v", a)
	}
}

func TestANewVolumeIsHeardInTheAlarmThatSounds(t *testing.T) {
	b := connected()
	b.Wait(waiting(1))
	b.Set(settings.Settings{Mart: "42", Volume: 0.3, Sound: "bell.wav"})
	if p := b.Next(at(2)).Play; p.Volume != 0.3 || p.File != "bell.wav" {
		t.Errorf("plays %+v", p)
	}
}
