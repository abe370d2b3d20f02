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

func connected() *Decider {
	b := &Decider{}
	b.SetSettings(settings.Settings{Mart: "42", Volume: 0.8})
	b.SetConnection(ipc.Connecting, at(0))
	b.SetConnection(ipc.Connected, at(1))
	b.SpeakerWorks(at(1))
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
		happen func(b *Decider)
		now    float64 // seconds
		sound  string
		cards  int
		state  string
		sign   string
		wake   float64 // seconds; 0: never
	}{
		{"nothing happens", func(*Decider) {}, 100, "", 0, ipc.Connected, ipc.Connected, check},
		{"an order waits", func(b *Decider) { b.SetOrders(waiting(1)) }, 2, ringing, 1, ipc.Connected, ipc.IconWaiting, 0},
		{"it rings until a person answers", func(b *Decider) { b.SetOrders(waiting(1)) }, 1e6, ringing, 1, ipc.Connected, ipc.IconWaiting, 0},
		{"a person answered", func(b *Decider) { b.SetOrders(waiting(1)); b.SetOrders(nil) }, 2, "", 0, ipc.Connected, ipc.Connected, check},
		{"the connection is gone for a moment", func(b *Decider) { b.SetConnection(ipc.Connecting, at(10)) },
			29, "", 0, ipc.Connecting, ipc.Connecting, 30},
		{"the connection is gone for longer", func(b *Decider) { b.SetConnection(ipc.Connecting, at(10)) },
			30, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"trying again does not restart the patience", func(b *Decider) {
			b.SetConnection(ipc.Connecting, at(10))
			b.SetConnection(ipc.Connecting, at(25))
		}, 30, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"an outage is told once", func(b *Decider) {
			b.SetConnection(ipc.Connecting, at(10))
			b.Decide(at(30))
			b.SoundEnded()
		}, 300, "", 0, ipc.Lost, ipc.Lost, check},
		{"the next outage is told again", func(b *Decider) {
			b.SetConnection(ipc.Connecting, at(10))
			b.Decide(at(30))
			b.SoundEnded()
			b.SetConnection(ipc.Connected, at(40))
			b.SetConnection(ipc.Connecting, at(50))
		}, 70, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"an outage that ended while an order rang is not told any more", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.SetConnection(ipc.Connecting, at(10))
			b.Decide(at(30))
			b.SetConnection(ipc.Connected, at(40))
			b.SetOrders(nil)
		}, 41, "", 0, ipc.Connected, ipc.Connected, check},
		{"the server says no, which needs no patience", func(b *Decider) { b.SetConnection(ipc.Refused, at(10)) },
			10, "lost", 0, ipc.Refused, ipc.Refused, 0},
		{"orders go on ringing without a connection", func(b *Decider) {
			b.SetOrders(waiting(2))
			b.SetConnection(ipc.Connecting, at(10))
		}, 40, ringing, 2, ipc.Lost, ipc.Lost, 0},
		{"no speaker: the popup is there, the sound is tried again", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.Decide(at(9))
			b.SoundFailed(ipc.NoDevice, at(10))
		}, 12, "", 1, ipc.Connected, ipc.IconAttention, 13},
		{"no speaker, a little later", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.Decide(at(9))
			b.SoundFailed(ipc.NoDevice, at(10))
		}, 13, ringing, 1, ipc.Connected, ipc.IconAttention, 0},
		{"a speaker again", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.Decide(at(9))
			b.SoundFailed(ipc.NoDevice, at(10))
			b.SpeakerWorks(at(11))
		}, 11, ringing, 1, ipc.Connected, ipc.IconWaiting, 0},
		{"the speaker stays marked after the order is confirmed", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.Decide(at(9))
			b.SoundFailed(ipc.NoDevice, at(10))
			b.SetOrders(nil)
		}, 20, "", 0, ipc.Connected, ipc.IconAttention, 40},
		{"no window: it still rings", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.SetWindowError("no OpenGL")
		}, 2, ringing, 1, ipc.Connected, ipc.IconAttention, 0},
		{"no disk: it still rings", func(b *Decider) {
			b.SetOrders(waiting(1))
			b.SetDiskError("full")
		}, 2, ringing, 1, ipc.Connected, ipc.IconAttention, 0},
		{"a test", func(b *Decider) { b.StartTest(at(10)) }, 11, "test", 1, ipc.Connected, ipc.Connected, 40},
		{"a test that was heard", func(b *Decider) { b.StartTest(at(10)); b.Decide(at(10)); b.SoundEnded() }, 13, "", 1, ipc.Connected, ipc.Connected, 40},
		{"a test that nobody answered", func(b *Decider) { b.StartTest(at(10)); b.Decide(at(10)); b.SoundEnded() }, 40, "", 0, ipc.Connected, ipc.Connected, check},
		{"a test that was answered", func(b *Decider) { b.StartTest(at(10)); b.EndTest() }, 11, "", 0, ipc.Connected, ipc.Connected, check},
		{"an order during a test comes first", func(b *Decider) { b.StartTest(at(10)); b.SetOrders(waiting(1)) },
			11, ringing, 2, ipc.Connected, ipc.IconWaiting, 40},
		{"a test does not wait for the retry of a broken sound", func(b *Decider) {
			b.Decide(at(9))
			b.SoundFailed(ipc.NoDevice, at(10))
			b.StartTest(at(11))
		}, 11, "test", 1, ipc.Connected, ipc.IconAttention, 41},
		{"orders may be missing", func(b *Decider) { b.SetGap(true) }, 2, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"that was heard once", func(b *Decider) { b.SetGap(true); b.Decide(at(2)); b.SoundEnded(); b.SetGap(true) }, 2, "", 1, ipc.Connected, ipc.IconAttention, check},
		{"that was heard when the connection was lost", func(b *Decider) {
			b.SetConnection(ipc.Refused, at(10))
			b.SetGap(true)
			b.Decide(at(10))
			b.SoundEnded()
		}, 11, "", 1, ipc.Refused, ipc.Refused, check},
		{"that was not heard in a test", func(b *Decider) { b.SetGap(true); b.StartTest(at(10)); b.Decide(at(10)); b.SoundEnded() },
			11, "lost", 2, ipc.Connected, ipc.IconAttention, 40},
		{"that was not heard without a speaker", func(b *Decider) {
			b.SetGap(true)
			b.Decide(at(9))
			b.SoundFailed(ipc.NoDevice, at(10))
		},
			13, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"a connection that comes back does not find them", func(b *Decider) {
			b.SetGap(true)
			b.SetConnection(ipc.Connecting, at(10))
			b.SetConnection(ipc.Connected, at(11))
		}, 12, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"orders ring before missing ones are told", func(b *Decider) { b.SetGap(true); b.SetOrders(waiting(2)) },
			2, ringing, 3, ipc.Connected, ipc.IconAttention, 0},
		{"orders are confirmed, and missing ones are told", func(b *Decider) { b.SetGap(true); b.SetOrders(waiting(2)); b.SetOrders(nil) },
			2, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"a person looked for missing orders", func(b *Decider) { b.SetGap(true); b.SetGap(false) }, 2, "", 0, ipc.Connected, ipc.Connected, check},
		{"orders may be missing again", func(b *Decider) {
			b.SetGap(true)
			b.Decide(at(2))
			b.SoundEnded()
			b.SetGap(false)
			b.SetGap(true)
		}, 2, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"settings are taken away", func(b *Decider) { b.SetConnection(ipc.NotSet, at(10)) }, 100, "", 0, ipc.NotSet, ipc.NotSet, check},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := connected()
			tt.happen(b)
			a := b.Decide(at(tt.now))
			if got := sound(a); got != tt.sound {
				t.Errorf("sound %q, want %q", got, tt.sound)
			}
			if len(a.Cards) != tt.cards {
				t.Errorf("%d cards, want %d", len(a.Cards), tt.cards)
			}
			if a.State != tt.state || a.Icon != tt.sign {
				t.Errorf("state %s, sign %s; want %s, %s", a.State, a.Icon, tt.state, tt.sign)
			}
			want := time.Time{}
			if tt.wake != 0 {
				want = at(tt.wake)
			}
			if !a.NextChange.Equal(want) {
				t.Errorf("wake %v, want %v", a.NextChange, want)
			}
		})
	}
}

func TestOrdersComeBeforeAllElseOnTheScreen(t *testing.T) {
	b := connected()
	b.StartTest(at(2))
	b.SetGap(true)
	b.SetOrders([]ipc.Card{{Key: ipc.Key{Mart: "42", Order: TestOrder}}})
	a := b.Decide(at(3))
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
	var b Decider
	if a := b.Decide(noon); a.Play != nil || len(a.Cards) != 0 || a.State != ipc.NotSet || !a.NextChange.IsZero() {
		t.Errorf("%+v", a)
	}
}

func TestANewVolumeIsHeardInTheAlarmThatSounds(t *testing.T) {
	b := connected()
	b.SetOrders(waiting(1))
	b.SetSettings(settings.Settings{Mart: "42", Volume: 0.3, Sound: "bell.wav"})
	if p := b.Decide(at(2)).Play; p.Volume != 0.3 || p.File != "bell.wav" {
		t.Errorf("plays %+v", p)
	}
}
