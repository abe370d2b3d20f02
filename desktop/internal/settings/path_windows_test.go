package settings

import (
	"os"
	"path/filepath"
	"testing"
)

// profile makes folders of a user, the old one with files, and returns it.
func profile(t *testing.T, files ...string) (old string) {
	t.Helper()
	dir := t.TempDir()
	old = filepath.Join(dir, "Roaming", "jumun")
	t.Setenv("AppData", filepath.Join(dir, "Roaming"))
	t.Setenv("LocalAppData", filepath.Join(dir, "Local"))
	for _, name := range files {
		path := filepath.Join(old, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return old
}

// whereIs returns the folder in which Path finds the settings, below the profile.
func whereIs(t *testing.T) string {
	t.Helper()
	path, err := Path()
	if err != nil || filepath.Base(path) != fileName {
		t.Fatal(path, err)
	}
	return filepath.Base(filepath.Dir(filepath.Dir(path)))
}

func TestWhatRoamedIsMovedOnce(t *testing.T) {
	old := profile(t, "settings.json", "orders.log", "jumun.lock", `log\jumun.log`)
	local := filepath.Join(os.Getenv("LocalAppData"), "jumun")
	if err := os.MkdirAll(filepath.Join(local, "run"), 0o700); err != nil { // earlier versions had their socket there
		t.Fatal(err)
	}
	for range 2 {
		if at := whereIs(t); at != "Local" {
			t.Errorf("the settings are in %s", at)
		}
	}
	for _, name := range []string{"settings.json", "orders.log", `log\jumun.log`} {
		if raw, err := os.ReadFile(filepath.Join(local, name)); string(raw) != name {
			t.Errorf("%s: %q, %v", name, raw, err)
		}
	}
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Errorf("the old folder: %v", err)
	}
}

func TestNothingMovesWhileAnAgentOfAnEarlierVersionRuns(t *testing.T) {
	old := profile(t, "settings.json", "orders.log", "jumun.lock")
	lock, err := os.Open(filepath.Join(old, "jumun.lock"))
	if err != nil {
		t.Fatal(err)
	}
	if at := whereIs(t); at != "Roaming" {
		t.Errorf("the settings are in %s", at)
	}
	if _, err := os.Stat(filepath.Join(old, "orders.log")); err != nil {
		t.Error(err)
	}
	_ = lock.Close()
	if at := whereIs(t); at != "Local" {
		t.Errorf("after it has ended, the settings are in %s", at)
	}
}

func TestANewUserHasEverythingInTheLocalFolder(t *testing.T) {
	profile(t)
	if at := whereIs(t); at != "Local" {
		t.Errorf("the settings are in %s", at)
	}
}
