package agent

import (
	"os/exec"
	"path/filepath"
	"testing"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
)

func TestAProgramFileThatIsGoneIsToldInPlaceOfTheSpeaker(t *testing.T) {
	a := running(t, "plays", "shows")
	whole, missing := a.Program, filepath.Join(t.TempDir(), "missing.exe")
	a.post(func() { a.Program = func(string) *exec.Cmd { return exec.Command(missing) } })
	a.placed(1001)
	until(t, a, "told", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildFailed && trayStatus(a) == a.Translator.Text("agent.program-gone")
	})
	if b := bannerOf(a, alarm.BannerSilent); b.Text != a.Translator.Text("banner.program-gone") {
		t.Errorf("the banner is %+v", b)
	}
	a.post(func() { a.Program = whole })
	until(t, a, "whole again", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && trayStatus(a) != a.Translator.Text("agent.program-gone")
	})
	if b := bannerOf(a, alarm.BannerSilent); b.Text != a.Translator.Text("banner.silent") {
		t.Errorf("the banner is %+v", b)
	}
}

// trayStatus returns the tray's line of now.
func trayStatus(a *Agent) string {
	line := make(chan string)
	a.post(func() { line <- a.statusLine(alarm.Alarm{State: ipc.Connected}) })
	return <-line
}

func bannerOf(a *Agent, subject string) ipc.Banner {
	banner := make(chan ipc.Banner)
	a.post(func() { banner <- a.banner(alarm.Alarm{State: ipc.Connected, Banner: subject}) })
	return <-banner
}
