package platform

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func wantAutostart(t *testing.T, want bool) {
	t.Helper()
	if got, err := Autostart(); got != want || err != nil {
		t.Errorf("autostart: %v, %v", got, err)
	}
}

func mustSetAutostart(t *testing.T, exe string, on bool) {
	t.Helper()
	if err := SetAutostart(exe, on); err != nil {
		t.Fatal(err)
	}
}

func TestJumunStartsAtLoginIfItWasSet(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	path := filepath.Join(dir, "autostart", "jumun.desktop")
	wantAutostart(t, false)
	mustSetAutostart(t, "/opt/a b/jumun", true)
	wantAutostart(t, true)
	first, err := os.Stat(path)
	if err != nil || first.Mode().Perm() != 0o644 {
		t.Fatalf("%v, %v", first, err)
	}
	mustSetAutostart(t, "/opt/a b/jumun", true)
	if again, err := os.Stat(path); err != nil || !os.SameFile(first, again) {
		t.Error("it was written again without a change")
	}
	mustSetAutostart(t, "/opt/moved", true)
	if raw, err := os.ReadFile(path); err != nil || !strings.Contains(string(raw), "\nExec=\"/opt/moved\"\n") {
		t.Errorf("%s, %v", raw, err)
	}
	mustSetAutostart(t, "/opt/moved", false)
	mustSetAutostart(t, "/opt/moved", false)
	wantAutostart(t, false)
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestWhatADesktopTurnedOffStaysOffUntilItIsSet(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	mustSetAutostart(t, "/opt/jumun", true)
	path := filepath.Join(dir, "autostart", "jumun.desktop")
	if err := os.WriteFile(path, []byte(desktopEntry("/opt/jumun")+"Hidden=true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantAutostart(t, false)
	mustSetAutostart(t, "/opt/jumun", true)
	wantAutostart(t, true)
}

func TestAnAutostartThatCannotBeSetIsAnError(t *testing.T) {
	for _, exe := range []string{"", "/opt/a\nHidden=true"} {
		if err := SetAutostart(exe, true); err == nil {
			t.Errorf("%q: no error", exe)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", file)
	if SetAutostart("/opt/jumun", true) == nil {
		t.Error("no error where there can be no file")
	}
	t.Setenv("XDG_CONFIG_HOME", "relative")
	if _, err := Autostart(); err == nil {
		t.Error("no error where there is no directory")
	}
}

func TestACopyThatWillNotStayTakesNothingOver(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", "/home/shop")
	mustSetAutostart(t, "/opt/jumun", true)
	for _, passing := range []string{filepath.Join(os.TempDir(), "jumun"), "/home/shop/Downloads/jumun", "/home/shop/다운로드/x/jumun", "/media/shop/STICK/jumun", "/run/media/shop/S/jumun"} {
		if err := UpdateAutostart(passing); !errors.Is(err, ErrPassing) {
			t.Errorf("%s: %v", passing, err)
		}
		if err := SetAutostart(passing, true); err == nil {
			t.Errorf("%s was set", passing)
		}
	}
	path, err := autostartFile()
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(path); err != nil || !strings.Contains(string(raw), `Exec="/opt/jumun"`) {
		t.Errorf("%s, %v", raw, err)
	}
	if err := UpdateAutostart("/home/shop/bin/jumun"); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(path); err != nil || !strings.Contains(string(raw), `Exec="/home/shop/bin/jumun"`) {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestWhyAnExecutableDoesNotStartAtLoginIsReturned(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	if err := UpdateAutostart("/opt/jumun"); !errors.Is(err, ErrOff) {
		t.Errorf("nothing was set: %v", err)
	}
	mustSetAutostart(t, "/opt/jumun", true)
	if err := UpdateAutostart("/opt/jumun"); err != nil {
		t.Error(err)
	}
	path := filepath.Join(dir, "autostart", "jumun.desktop")
	if err := os.WriteFile(path, []byte(desktopEntry("/opt/jumun")+"Hidden=true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := UpdateAutostart("/opt/jumun"); !errors.Is(err, ErrOff) {
		t.Errorf("turned off by the desktop: %v", err)
	}
}
