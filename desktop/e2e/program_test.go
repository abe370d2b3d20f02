//go:build linux

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"jumun/assets/icons"
	"jumun/desktop/internal/ipc"
)

func TestAllProcessesComeBackThoughTheProgramFileWasDeleted(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	s.must(p.Pair(s.ctx, s.server, "42"))
	file := s.copyProgram()
	var err error
	p.Agent, err = p.Start(file)
	s.must(err)
	t.Cleanup(func() {
		if err := p.Agent.Stop(); err != nil {
			t.Error(err)
		}
	})
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	s.must(os.Remove(file))
	s.publish("42", "5101")
	before := p.rings("5101")
	s.kill(before.Player.PID)
	p.until("it to ring again", func(s ipc.Status) bool {
		return s.Player.State == ipc.ChildRunning && s.Player.PID != before.Player.PID && s.Player.Count > before.Player.Count
	})
	s.kill(before.PID)
	p.until("another agent", func(s ipc.Status) bool { return s.PID != before.PID && s.State == ipc.Connected })
	p.rings("5101")
	s.read(p.popup(), bold, "5101", numberSize)
	p.confirm("5101")
}

// copyProgram returns a copy of jumun in a temporary folder.
func (s *shop) copyProgram() string {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "jumun")
	program, err := os.ReadFile(s.desktop.jumun)
	s.must(err)
	s.must(os.WriteFile(file, program, 0o700))
	return file
}

func TestAProgramThatWillNotStartAtLoginSaysSo(t *testing.T) {
	s := openShop(t)
	s.desktop.pcs++
	own, err := s.desktop.NewPC(fmt.Sprintf("pc-%d", s.desktop.pcs), s.copyProgram())
	s.must(err)
	s.must(own.PlugIn())
	p := &pc{PC: own, shop: s}
	s.must(p.Pair(s.ctx, s.server, "42"))
	p.open()
	p.until("connected", func(s ipc.Status) bool { return s.State == ipc.Connected })
	p.tray(icons.Attention, s.translator.Text("agent.no-autostart"))
	_, err = p.Do(s.ctx) // a second start opens the settings
	s.must(err)
	w := p.window(s.translator.Text("window.settings.title"))
	s.read(w, regular, "로그인할 때", formSize)
	s.screenshot("no-autostart")
}
