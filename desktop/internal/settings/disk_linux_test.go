package settings

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// runInChild runs this test again in a child process.
func runInChild(t *testing.T, path string, attr *syscall.SysProcAttr) {
	t.Helper()
	child := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.count=1")
	child.Env = append(os.Environ(), "JUMUN_TEST_SETTINGS="+path)
	child.SysProcAttr = attr
	if out, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestAFullDiskLeavesTheOldFileUnchanged(t *testing.T) {
	if path := os.Getenv("JUMUN_TEST_SETTINGS"); path != "" {
		signal.Ignore(syscall.SIGXFSZ)
		full := &syscall.Rlimit{Cur: 10, Max: 10} // no file may grow beyond 10 bytes
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, full); err != nil {
			t.Fatal(err)
		}
		if err := Save(path, good(t)); !errors.Is(err, syscall.EFBIG) {
			t.Errorf("Save: %v", err)
		}
		return
	}
	const old = `{"server":"https://old","mart":"42"}`
	path := stored(t, old)
	runInChild(t, path, nil)
	if raw, err := os.ReadFile(path); err != nil || string(raw) != old {
		t.Errorf("now %q, %v", raw, err)
	}
	if names, _ := os.ReadDir(filepath.Dir(path)); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

func TestAFileThatMayNotBeReadStaysInPlace(t *testing.T) {
	if path := os.Getenv("JUMUN_TEST_SETTINGS"); path != "" {
		got, err := Load(path)
		if !errors.Is(err, fs.ErrPermission) || got != Default() || !strings.Contains(err.Error(), path) {
			t.Errorf("%+v, %v", got, err)
		}
		return
	}
	dir, err := os.MkdirTemp("", "jumun-settings-") // the user nobody cannot enter t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := filepath.Join(dir, "settings.json")
	if err := errors.Join(os.WriteFile(path, []byte(`{"mart":"42"}`), 0), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	var attr *syscall.SysProcAttr
	if os.Geteuid() == 0 { // root may read everything; the user nobody may not
		attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	runInChild(t, path, attr)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
