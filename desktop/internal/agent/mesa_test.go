//go:build unix

package agent

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"jumun/desktop/internal/ipc"
)

func TestWindowsAreDrawnByMesaWhereTheSystemDrawsNone(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "jumun")
	if err := os.Symlink(os.Args[0], program); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "mesa"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mesa/opengl32.dll"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a := running(t, "plays", "shows by Mesa")
	a.post(func() { a.Program = func(subcommand string) *exec.Cmd { return exec.Command(program, subcommand) } })
	a.placed(1001)
	until(t, a, "the order to be shown", func(s ipc.Status) bool { return s.UI.State == ipc.ChildRunning && s.UI.Count > 0 })
}
