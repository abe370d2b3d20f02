package platform

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// asDeleted is an environment variable that makes the test binary delete itself and start once more.
const asDeleted = "JUMUN_TEST_DELETED"

func TestAProgramStartsOnceMoreThoughItsFileIsGone(t *testing.T) {
	if path := os.Getenv(asDeleted); path != "" {
		startWithoutFile(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "jumun")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, program, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), asDeleted+"="+path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// startWithoutFile moves and deletes the file of this program at path, and then starts it once more, which ends there.
func startWithoutFile(t *testing.T, path string) {
	if os.Getenv("AGAIN") != "" {
		SetProcessName()
		if name, err := os.ReadFile("/proc/self/comm"); string(name) != "jumun\n" || err != nil || os.Args[0] != path {
			t.Errorf("named %q, %v; argument %q", name, err, os.Args[0])
		}
		return
	}
	moved := path + "-moved"
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	if now, err := Executable(); now != moved || err != nil {
		t.Errorf("moved to %s, %v", now, err)
	}
	if err := os.Remove(moved); err != nil {
		t.Fatal(err)
	}
	if now, err := Executable(); now != moved || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("deleted: %s, %v", now, err)
	}
	cmd := Program(t.Context(), path, "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "AGAIN=yes")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
