package platform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func wantLogin(t *testing.T, want bool) {
	t.Helper()
	if got, err := Login(); got != want || err != nil {
		t.Errorf("starts at login: %v, %v", got, err)
	}
}

func setLogin(t *testing.T, exe string, on bool) {
	t.Helper()
	if err := SetLogin(exe, on); err != nil {
		t.Fatal(err)
	}
}

func TestJumunStartsAtLoginWhenAskedTo(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	path := filepath.Join(dir, "autostart", "jumun.desktop")
	wantLogin(t, false)
	setLogin(t, "/opt/a b/jumun", true)
	wantLogin(t, true)
	first, err := os.Stat(path)
	if err != nil || first.Mode().Perm() != 0o644 {
		t.Fatalf("%v, %v", first, err)
	}
	setLogin(t, "/opt/a b/jumun", true)
	if again, err := os.Stat(path); err != nil || !os.SameFile(first, again) {
		t.Error("it was written again with the same in it")
	}
	setLogin(t, "/opt/moved", true)
	if raw, err := os.ReadFile(path); err != nil || !strings.Contains(string(raw), "\nExec=\"/opt/moved\"\n") {
		t.Errorf("%s, %v", raw, err)
	}
	setLogin(t, "/opt/moved", false)
	setLogin(t, "/opt/moved", false)
	wantLogin(t, false)
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestWhatADesktopTurnedOffIsOffUntilAskedFor(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	setLogin(t, "/opt/jumun", true)
	path := filepath.Join(dir, "autostart", "jumun.desktop")
	if err := os.WriteFile(path, []byte(desktopEntry("/opt/jumun")+"Hidden=true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantLogin(t, false)
	setLogin(t, "/opt/jumun", true)
	wantLogin(t, true)
}

func TestWhatCannotBeSetIsSaid(t *testing.T) {
	for _, exe := range []string{"", "/opt/a\nHidden=true"} {
		if err := SetLogin(exe, true); err == nil {
			t.Errorf("%q: no error", exe)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", file)
	if SetLogin("/opt/jumun", true) == nil {
		t.Error("no error where there can be no file")
	}
	t.Setenv("XDG_CONFIG_HOME", "relative")
	if _, err := Login(); err == nil {
		t.Error("no error where there is no directory")
	}
}
