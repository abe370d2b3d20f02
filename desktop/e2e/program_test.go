//go:build linux

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestAllProcessesComeBackThoughTheProgramFileWasDeleted(t *testing.T) {
	s := openShop(t)
	p := s.newPC()
	s.must(p.Pair(s.ctx, s.server, "42"))
	file := filepath.Join(t.TempDir(), "jumun")
	program, err := os.ReadFile(s.desktop.jumun)
	s.must(err)
	s.must(os.WriteFile(file, program, 0o700))
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
