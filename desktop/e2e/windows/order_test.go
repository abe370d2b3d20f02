//go:build linux

package windows

import (
	"testing"
	"time"

	"jumun/assets/icons"
	"jumun/desktop/e2e/harness/sound"
	"jumun/desktop/e2e/windows/seen"
	"jumun/desktop/internal/ipc"
)

func TestAnOrderRingsAndIsConfirmedByAClick(t *testing.T) {
	s := open(t, "홍 길동")
	s.connect("42")
	s.trayIcon(ipc.Connected, 0)
	s.sell("42", "1001")
	s.rings("1001")
	s.trayIcon(icons.Waiting, 1)
	popup := s.popup("1001")
	if above := s.covering(popup); len(above) > 0 || popup.ExStyle&seen.Topmost == 0 {
		t.Errorf("the popup is not on top: %+v; above are %+v", popup, above)
	}
	s.screenshot("popup")
	s.confirm(popup)
	clicked := time.Now()
	s.silent()
	s.acknowledged("1001")
	s.trayIcon(ipc.Connected, 0)
	plays := s.plays()
	if len(plays) == 0 || sound.Count(plays, "order") != len(plays) {
		t.Errorf("heard %+v, want the sound of an order, and nothing else", plays)
	}
	for _, p := range plays {
		t.Logf("heard at %v, correlation %.6f", p.Begin.Sub(s.begin).Round(time.Millisecond), p.Correlation)
		if p.Begin.After(clicked) {
			t.Errorf("rang again %v after the click", p.Begin.Sub(clicked))
		}
	}
}

func TestAnOrderRingsOnAfterEachProcessWasKilled(t *testing.T) {
	s := open(t, "park")
	s.connect("42")
	s.sell("42", "1002")
	for _, process := range []struct {
		name   string
		pid    func(ipc.Status) int
		status uint32 // 0: as if the process had ended by itself
	}{
		{"the window", func(s ipc.Status) int { return s.UI.PID }, 1},
		{"the player", func(s ipc.Status) int { return s.Player.PID }, 1},
		{"the agent", func(s ipc.Status) int { return s.PID }, 0},
	} {
		before := process.pid(s.rings("1002"))
		killed := time.Now()
		s.must(s.Kill(before, process.status))
		s.ended(before)
		s.untilStatus(process.name+" to be there again", func(s ipc.Status) bool {
			pid := process.pid(s)
			return pid != 0 && pid != before && s.State == ipc.Connected
		})
		s.rings("1002")
		s.popup("1002")
		t.Logf("%s was there again after %v", process.name, time.Since(killed).Round(time.Millisecond))
	}
	s.confirm(s.popup("1002"))
	s.silent()
	s.acknowledged("1002")
}

func TestALossIsToldAndOrdersMissedMeanwhileRing(t *testing.T) {
	s := open(t, "kim")
	s.connect("42")
	s.server.Kill()
	s.untilStatus("the loss", func(s ipc.Status) bool { return s.State == ipc.Lost })
	s.sellWhileAway("42", "1003")
	s.must(s.server.Open(s.Context()))
	s.untilStatus("connected", isConnected)
	s.rings("1003")
	s.confirm(s.popup("1003"))
	s.silent()
	s.acknowledged("1003")
}

func TestCommandsPrintAndTellTheirOutcome(t *testing.T) {
	s := open(t, "lee")
	tests := []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"version"}, 0, "jumun 0.", ""},
		{[]string{"--help"}, 0, "Usage: jumun", ""},
		{[]string{"status"}, 1, "", "jumun: jumun이 실행 중이 아닙니다"},
		{[]string{"nonsense"}, 2, "", "jumun: "},
	}
	for _, tt := range tests {
		got, err := s.user.Do(tt.args...)
		s.must(err)
		if got.Code != tt.code || !begins(got.Out, tt.out) || !begins(got.Err, tt.err) {
			t.Errorf("%v: %d, %q, %q", tt.args, got.Code, got.Out, got.Err)
		}
	}
}
