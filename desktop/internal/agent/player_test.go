package agent

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

func TestManyOrdersDoNotKeepEachOtherFromBeingHeard(t *testing.T) {
	began := time.Date(2024, 7, 27, 12, 0, 0, 0, time.UTC)
	play := ipc.Play{Sound: ipc.SoundOrder, Repeat: true, PauseMs: 2000, Digits: "1001"}
	other, louder := play, play
	other.Digits, louder.Volume = "1002", 1
	tests := []struct {
		name     string
		playedAt time.Time
		next     ipc.Play
		waits    bool
	}{
		{"before the first end", time.Time{}, other, true},
		{"in the pause", began.Add(-time.Second), other, false},
		{"shortly before the next repeat", began.Add(-1600 * time.Millisecond), other, true},
		{"another volume", time.Time{}, louder, false},
	}
	for _, tt := range tests {
		p := playerProcess{play: play, playedAt: tt.playedAt}
		if got := p.endsFirst(tt.next, began); got != tt.waits {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestTheDigitsOfANewerOrderWaitForTheEndOfTheSound(t *testing.T) {
	for ring, replaced := range map[string]bool{"plays": false, "plays to the end": true} { // the first is still in its first round
		t.Run(ring, func(t *testing.T) {
			server := openServer(t)
			a := server.connectedBy(t, t.TempDir(), ring, "shows")
			change(a, func(s *settings.Settings) { s.Digits = true })
			server.place(1001)
			var first ipc.Status
			until(t, a, "ringing", func(s ipc.Status) bool {
				first = s
				return s.Player.PID != 0 && s.UI.Count >= 1 && (s.Player.Count > 0) == replaced
			})
			server.place(1002)
			until(t, a, "both shown", func(s ipc.Status) bool {
				if !replaced && s.Player.PID != first.Player.PID {
					t.Fatal("it was cut off")
				}
				return s.UI.Count > first.UI.Count && (!replaced || s.Player.PID != 0 && s.Player.PID != first.Player.PID)
			})
			stopping := make(chan bool, 1)
			a.post(func() { stopping <- a.player.stopping })
			if !replaced && <-stopping {
				t.Error("it is being cut off")
			}
		})
	}
}

// change changes the settings of an agent, which stays connected.
func change(a *Agent, change func(*settings.Settings)) {
	done := make(chan struct{})
	a.post(func() {
		defer close(done)
		s := a.settings
		change(&s)
		a.setSettings(s)
	})
	<-done
}

func TestAMutedPCIsNoTroubleIfAnAlarmRaisesIt(t *testing.T) {
	for _, raise := range []bool{false, true} {
		a := openServer(t).connectedBy(t, t.TempDir(), "is muted until an alarm", "shows")
		change(a, func(s *settings.Settings) { s.Raise = raise })
		a.post(func() { a.player.checkSpeaker(time.Now()) })
		want := ipc.Muted
		if raise {
			want = ""
		}
		until(t, a, "checked", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle && s.Muted == want })
	}
}

func TestTheNextSoundProcessIsToldWhatAPersonTurnedDown(t *testing.T) {
	a := running(t, "is turned down, and dies", "shows")
	change(a, func(s *settings.Settings) { s.Raise = true })
	a.placed(1001)
	until(t, a, "the second one to ring", func(s ipc.Status) bool { // the first one plays nothing
		return s.Player.State == ipc.ChildRunning && s.Player.Count > 0 && leftOf(a) == "stream"
	})
	a.ack(t, "1001")
	until(t, a, "forgotten with the alarm", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle && leftOf(a) == "" })
}

func leftOf(a *Agent) (left string) {
	a.onLoop(func() { left = a.player.left })
	return left
}

func TestTheLogSaysOnceForWhichOrdersASoundWasPlayedAndWhyNobodyMayHaveHeardIt(t *testing.T) {
	var log strings.Builder
	a := &Agent{Config: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, waiting: []ipc.Card{{Key: ipc.Key{Order: "1001"}}, {Key: ipc.Key{Order: "1002"}}}}
	p := playerProcess{agent: a, play: ipc.Play{Sound: ipc.SoundOrder}}
	for range 2 {
		p.logPlayed(ipc.NoVolume)
		p.playedAt = time.Now()
	}
	if said := log.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, `orders="[1001 1002]" unheard=`+ipc.NoVolume) {
		t.Errorf("the log has %s", said)
	}
}
