//go:build !windows

package instance

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofrs/flock"
)

func TestAStartDuringTheEndOfTheAgentWaitsForIt(t *testing.T) {
	dir := sessionDir(t)
	first := startHolder(t, dir)
	// This is the state of an agent that has closed its socket and still ends its children.
	if err := os.Remove(filepath.Join(dir, socketName)); err != nil {
		t.Fatal(err)
	}
	second := make(chan *holder)
	go func() { second <- startHolder(t, dir) }()
	first.end()
	if s := <-second; !s.holds() {
		t.Errorf("second %q", s.said)
	}
}

func TestTheDirectoryIsPrivate(t *testing.T) {
	dir := sessionDir(t)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	one, err := Start(in(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	for name, want := range map[string]os.FileMode{".": 0o700, socketName: 0o600, lockName: 0o600} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	link := filepath.Join(filepath.Dir(dir), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(in(link)); err == nil || errors.Is(err, ErrRunning) {
		t.Errorf("through a link: %v", err)
	}
}

func TestDirPrefersTheSessionAndFitsASocket(t *testing.T) {
	long := "/" + strings.Repeat("a", 100)
	tests := []struct{ name, run, cache, want string }{
		{"the directory of the session", "/run/user/1000", "/home/a/.cache", "/run/user/1000/jumun"},
		{"no session", "", "/home/a/.cache", "/home/a/.cache/jumun/run"},
		{"a relative path of the session is ignored", "run", "/home/a/.cache", "/home/a/.cache/jumun/run"},
		{"a session too long for a socket", long, "/home/a/.cache", "/home/a/.cache/jumun/run"},
		{"both too long", long, long, filepath.Join(os.TempDir(), fmt.Sprint("jumun-", os.Getuid()))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", tt.run)
			t.Setenv("XDG_CACHE_HOME", tt.cache)
			if got, err := runDir(); err != nil || got != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
	t.Run("nothing fits", func(t *testing.T) {
		for _, name := range []string{"XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "TMPDIR"} {
			t.Setenv(name, long)
		}
		if _, err := runDir(); err == nil || !strings.Contains(err.Error(), "XDG_RUNTIME_DIR") {
			t.Errorf("error %v", err)
		}
	})
}

func TestASocketCanHaveTheLongestPath(t *testing.T) {
	dir := sessionDir(t)
	dir = filepath.Join(dir, strings.Repeat("a", maxSocketPath-len(filepath.Join(dir, "", socketName))-1))
	if !fits(dir) || fits(dir+"a") {
		t.Fatal("not the longest")
	}
	one, err := Start(in(dir))
	if err != nil {
		t.Fatal(err)
	}
	_ = one.Close()
}

func TestAnAgentOfAVersionOfBeforeKeepsTheNewOneOut(t *testing.T) {
	dir := sessionDir(t)
	if err := makePrivate(dir); err != nil {
		t.Fatal(err)
	}
	old := flock.New(filepath.Join(dir, oldLockName))
	if ok, err := old.TryLock(); !ok || err != nil {
		t.Fatal(err)
	}
	listener, err := listen(filepath.Join(dir, socketName))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if _, err := Start(Place{Data: filepath.Join(dir, "data"), Run: dir}); !errors.Is(err, ErrRunning) {
		t.Errorf("both run: %v", err)
	}
	if err := old.Close(); err != nil {
		t.Error(err)
	}
}
