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
	d := &Decider{}
	d.SetSettings(settings.Settings{Mart: "42", Volume: 0.8})
	d.SetConnection(ipc.Connecting, at(0))
	d.SetConnection(ipc.Connected, at(1))
	d.SpeakerWorks(at(1))
	return d
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

func TestEachEventHasItsSoundItsCardsAndItsIcon(t *testing.T) {
	const ringing = "order, again and again"
	const check = 601 // the speaker is looked at
	tests := []struct {
		name   string
		happen func(d *Decider)
		now    float64 // seconds
		sound  string
		cards  int
		state  string
		sign   string
		change float64 // seconds; 0: never
	}{
		{"nothing happens", func(*Decider) {}, 100, "", 0, ipc.Connected, ipc.Connected, check},
		{"an order waits", func(d *Decider) { d.SetOrders(waiting(1)) }, 2, ringing, 1, ipc.Connected, ipc.IconWaiting, 0},
		{"it rings until a person answers", func(d *Decider) { d.SetOrders(waiting(1)) }, 1e6, ringing, 1, ipc.Connected, ipc.IconWaiting, 0},
		{"a person answered", func(d *Decider) { d.SetOrders(waiting(1)); d.SetOrders(nil) }, 2, "", 0, ipc.Connected, ipc.Connected, check},
		{"the connection is gone for a moment", func(d *Decider) { d.SetConnection(ipc.Connecting, at(10)) },
			29, "", 0, ipc.Connecting, ipc.Connecting, 30},
		{"the connection is gone for longer", func(d *Decider) { d.SetConnection(ipc.Connecting, at(10)) },
			30, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"trying again does not restart the patience", func(d *Decider) {
			d.SetConnection(ipc.Connecting, at(10))
			d.SetConnection(ipc.Connecting, at(25))
		}, 30, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"an outage is told once", func(d *Decider) {
			d.SetConnection(ipc.Connecting, at(10))
			d.Decide(at(30))
			d.SoundEnded()
		}, 300, "", 0, ipc.Lost, ipc.Lost, check},
		{"the next outage is told again", func(d *Decider) {
			d.SetConnection(ipc.Connecting, at(10))
			d.Decide(at(30))
			d.SoundEnded()
			d.SetConnection(ipc.Connected, at(40))
			d.SetConnection(ipc.Connecting, at(50))
		}, 70, "lost", 0, ipc.Lost, ipc.Lost, 0},
		{"an outage that ended while an order rang is not told any more", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.SetConnection(ipc.Connecting, at(10))
			d.Decide(at(30))
			d.SetConnection(ipc.Connected, at(40))
			d.SetOrders(nil)
		}, 41, "", 0, ipc.Connected, ipc.Connected, check},
		{"the server says no, which needs no patience", func(d *Decider) { d.SetConnection(ipc.Refused, at(10)) },
			10, "lost", 0, ipc.Refused, ipc.Refused, 0},
		{"orders go on ringing without a connection", func(d *Decider) {
			d.SetOrders(waiting(2))
			d.SetConnection(ipc.Connecting, at(10))
		}, 40, ringing, 2, ipc.Lost, ipc.Lost, 0},
		{"no speaker: the popup is there, the sound is tried again", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.Decide(at(9))
			d.SoundFailed(ipc.NoDevice, at(10))
		}, 12, "", 1, ipc.Connected, ipc.IconAttention, 13},
		{"no speaker, a little later", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.Decide(at(9))
			d.SoundFailed(ipc.NoDevice, at(10))
		}, 13, ringing, 1, ipc.Connected, ipc.IconAttention, 0},
		{"a speaker again", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.Decide(at(9))
			d.SoundFailed(ipc.NoDevice, at(10))
			d.SpeakerWorks(at(11))
		}, 11, ringing, 1, ipc.Connected, ipc.IconWaiting, 0},
		{"the speaker stays marked after the order is confirmed", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.Decide(at(9))
			d.SoundFailed(ipc.NoDevice, at(10))
			d.SetOrders(nil)
		}, 20, "", 0, ipc.Connected, ipc.IconAttention, 40},
		{"no window: it still rings", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.SetWindowError("no OpenGL")
		}, 2, ringing, 1, ipc.Connected, ipc.IconAttention, 0},
		{"no disk: it still rings", func(d *Decider) {
			d.SetOrders(waiting(1))
			d.SetDiskError("full")
		}, 2, ringing, 1, ipc.Connected, ipc.IconAttention, 0},
		{"a test", func(d *Decider) { d.StartTest(at(10)) }, 11, "test", 1, ipc.Connected, ipc.Connected, 40},
		{"a test that was heard", func(d *Decider) { d.StartTest(at(10)); d.Decide(at(10)); d.SoundEnded() }, 13, "", 1, ipc.Connected, ipc.Connected, 40},
		{"a test that nobody answered", func(d *Decider) { d.StartTest(at(10)); d.Decide(at(10)); d.SoundEnded() }, 40, "", 0, ipc.Connected, ipc.Connected, check},
		{"a test that was answered", func(d *Decider) { d.StartTest(at(10)); d.EndTest() }, 11, "", 0, ipc.Connected, ipc.Connected, check},
		{"an order during a test comes first", func(d *Decider) { d.StartTest(at(10)); d.SetOrders(waiting(1)) },
			11, ringing, 2, ipc.Connected, ipc.IconWaiting, 40},
		{"a test does not wait for the retry of a broken sound", func(d *Decider) {
			d.Decide(at(9))
			d.SoundFailed(ipc.NoDevice, at(10))
			d.StartTest(at(11))
		}, 11, "test", 1, ipc.Connected, ipc.IconAttention, 41},
		{"orders may be missing", func(d *Decider) { d.SetGap(true) }, 2, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"that was heard once", func(d *Decider) { d.SetGap(true); d.Decide(at(2)); d.SoundEnded(); d.SetGap(true) }, 2, "", 1, ipc.Connected, ipc.IconAttention, check},
		{"that was heard when the connection was lost", func(d *Decider) {
			d.SetConnection(ipc.Refused, at(10))
			d.SetGap(true)
			d.Decide(at(10))
			d.SoundEnded()
		}, 11, "", 1, ipc.Refused, ipc.Refused, check},
		{"that was not heard in a test", func(d *Decider) { d.SetGap(true); d.StartTest(at(10)); d.Decide(at(10)); d.SoundEnded() },
			11, "lost", 2, ipc.Connected, ipc.IconAttention, 40},
		{"that was not heard without a speaker", func(d *Decider) {
			d.SetGap(true)
			d.Decide(at(9))
			d.SoundFailed(ipc.NoDevice, at(10))
		},
			13, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"a connection that comes back does not find them", func(d *Decider) {
			d.SetGap(true)
			d.SetConnection(ipc.Connecting, at(10))
			d.SetConnection(ipc.Connected, at(11))
		}, 12, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"orders ring before missing ones are told", func(d *Decider) { d.SetGap(true); d.SetOrders(waiting(2)) },
			2, ringing, 3, ipc.Connected, ipc.IconAttention, 0},
		{"orders are confirmed, and missing ones are told", func(d *Decider) { d.SetGap(true); d.SetOrders(waiting(2)); d.SetOrders(nil) },
			2, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"a person looked for missing orders", func(d *Decider) { d.SetGap(true); d.SetGap(false) }, 2, "", 0, ipc.Connected, ipc.Connected, check},
		{"orders may be missing once more", func(d *Decider) {
			d.SetGap(true)
			d.Decide(at(2))
			d.SoundEnded()
			d.SetGap(false)
			d.SetGap(true)
		}, 2, "lost", 1, ipc.Connected, ipc.IconAttention, 0},
		{"settings are taken away", func(d *Decider) { d.SetConnection(ipc.NotSet, at(10)) }, 100, "", 0, ipc.NotSet, ipc.NotSet, check},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := connected()
			tt.happen(d)
			a := d.Decide(at(tt.now))
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
			if tt.change != 0 {
				want = at(tt.change)
			}
			if !a.NextChange.Equal(want) {
				t.Errorf("next change %v, want %v", a.NextChange, want)
			}
		})
	}
}

func TestWhatIsNoOrderComesFirstOnTheScreen(t *testing.T) {
	d := connected()
	d.StartTest(at(2))
	d.SetGap(true)
	d.SetOrders([]ipc.Card{{Key: ipc.Key{Mart: "42", Order: testOrder}}})
	a := d.Decide(at(3))
	want := []ipc.Key{{Mart: "42", Kind: ipc.CardGap}, {Mart: "42", Order: testOrder, Kind: ipc.CardTest}, {Mart: "42", Order: testOrder}}
	var got []ipc.Key
	for _, c := range a.Cards {
		got = append(got, c.Key)
	}
	if !slices.Equal(got, want) || a.Orders != 1 || !a.Gap {
		t.Errorf("%+v, want %+v", a, want)
	}
}

func TestTheZeroDeciderIsSilentAndNotSet(t *testing.T) {
	var d Decider
	if a := d.Decide(noon); a.Play != nil || len(a.Cards) != 0 || a.State != ipc.NotSet || !a.NextChange.IsZero() {
		t.Errorf("%+v", a)
	}
}

func TestANewVolumeIsHeardInTheAlarmThatSounds(t *testing.T) {
	d := connected()
	d.SetOrders(waiting(1))
	d.SetSettings(settings.Settings{Mart: "42", Volume: 0.3, Sound: "bell.wav"})
	if p := d.Decide(at(2)).Play; p.Volume != 0.3 || p.File != "bell.wav" {
		t.Errorf("plays %+v", p)
	}
}

// A PC that sleeps counts no time, but its clock on the wall does.
func TestAPauseEndsByTheClockOnTheWallAndNeverComesBack(t *testing.T) {
	d := with(settings.Settings{Volume: 0.8})
	now := time.Now()
	d.Pause(now, time.Hour)
	if a := d.Decide(now); a.PausedUntil != now.Round(0).Add(time.Hour) {
		t.Errorf("paused until %v", a.PausedUntil)
	}
	for _, after := range []time.Duration{-30 * time.Minute, 0, 30 * time.Minute} {
		if a := d.Decide(now.Add(after)); !a.PausedUntil.IsZero() {
			t.Errorf("%v after the clock was set back it is paused until %v", after, a.PausedUntil)
		}
	}
}
