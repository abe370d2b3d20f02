package agent

import (
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

func TestAMutedPCIsNoTroubleIfAnAlarmRaisesIt(t *testing.T) {
	for _, raise := range []bool{false, true} {
		dir := t.TempDir()
		server := openServer(t)
		a := server.connectedBy(t, dir, "is muted until an alarm", "shows")
		s, err := settings.Load(a.SettingsPath)
		if err != nil {
			t.Fatal(err)
		}
		s.Raise = raise
		if err := settings.Save(a.SettingsPath, s); err != nil {
			t.Fatal(err)
		}
		a.answerCommand(t.Context(), ipc.Command{Do: ipc.DoReload})
		a.post(func() { a.player.checkSpeaker(time.Now()) })
		want := ipc.Muted
		if raise {
			want = ""
		}
		until(t, a, "checked", func(s ipc.Status) bool { return s.Player.State == ipc.ChildIdle && s.Muted == want })
	}
}
