package token

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// followed is a key file that Run watches, and its log.
type followed struct {
	t    *testing.T
	path string
	file *KeyFile
	log  logText
}

// logText is what was logged since the last call of take.
type logText struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (s *logText) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *logText) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.buf.Reset()
	return s.buf.String()
}

// follow opens the key file at path and runs it until the test ends. Call it in a synctest bubble.
func follow(t *testing.T, path string) *followed {
	t.Helper()
	f := &followed{t: t, path: path}
	var err error
	if f.file, err = OpenKeyFile(path, slog.New(slog.NewTextHandler(&f.log, nil))); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- f.file.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return f
}

// after waits for this many polls and returns the kids and the log.
func (f *followed) after(polls int) (kids, log string) {
	time.Sleep(time.Duration(polls)*pollInterval + time.Second)
	synctest.Wait()
	var all []string
	for kid := range f.file.Keys().byID {
		all = append(all, kid)
	}
	slices.Sort(all)
	return strings.Join(all, ""), f.log.take()
}

func TestRunReadsAChangedKeyFileAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "keys.json")
		writeText(t, path, `{"keys":[`+jwkOf("a", "")+`]}`)
		f := follow(t, path)
		if log := f.log.take(); !strings.Contains(log, "key=a made=unknown holder=servers roles=all marts=all") {
			t.Errorf("the log at the start: %s", log)
		}
		steps := []struct {
			name  string
			do    func()
			kids  string
			lines int
		}{
			{"unchanged", func() {}, "a", 0},
			{"touched", func() { writeText(t, path, content(t, path)) }, "a", 0},
			{"one more key", func() { writeText(t, path, `{"keys":[`+jwkOf("a", "")+`,`+jwkOf("b", "")+`]}`) }, "ab", 2},
			{"a limit", func() {
				writeText(t, path, `{"keys":[`+jwkOf("a", "")+`,`+jwkOf("b", `,"iat":1,"roles":["device"],"marts":["42"]`)+`]}`)
			}, "ab", 2},
			{"only a lent key", func() { writeText(t, path, `{"keys":[`+jwkOf("c", `,"roles":["device"]`)+`]}`) }, "ab", 1},
			{"broken", func() { writeText(t, path, `{"keys":[`+jwkOf("c", "")) }, "ab", 1},
			{"still broken", func() {}, "ab", 0},
			{"broken in another way", func() { writeText(t, path, `{"keys":[]}`) }, "ab", 1},
			{"deleted", func() { _ = os.Remove(path) }, "ab", 1},
			{"still deleted", func() {}, "ab", 0},
			{"empty", func() { writeText(t, path, "") }, "ab", 1},
			{"back, with another key", func() { writeText(t, path, `{"keys":[`+jwkOf("c", "")+`]}`) }, "c", 4},
			{"deleted again", func() { _ = os.Remove(path) }, "c", 1},
			{"back unchanged", func() { writeText(t, path, `{"keys":[`+jwkOf("c", "")+`]}`) }, "c", 1},
		}
		for _, s := range steps {
			s.do()
			kids, log := f.after(2)
			if kids != s.kids || strings.Count(log, "\n") != s.lines {
				t.Errorf("%s: the keys are %s, want %s; want %d lines: %s", s.name, kids, s.kids, s.lines, log)
			}
			if reveals(log, jwkOf("c", "")) {
				t.Errorf("%s: the log reveals the key: %s", s.name, log)
			}
		}
	})
}

// Kubernetes keeps a secret as keys.json -> ..data/keys.json, ..data -> ..2026_11_23, and
// replaces the middle link.
func TestRunReadsAKeyFileBehindAChangedLinkAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for _, kid := range []string{"a", "b"} {
			if err := os.Mkdir(filepath.Join(dir, "of-"+kid), 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "of-"+kid, "keys.json")
			writeText(t, path, `{"keys":[`+jwkOf(kid, "")+`]}`)
			if err := os.Chtimes(path, now(), now()); err != nil {
				t.Fatal(err)
			}
		}
		link(t, "of-a", filepath.Join(dir, "..data"))
		link(t, filepath.Join("..data", "keys.json"), filepath.Join(dir, "keys.json"))
		f := follow(t, filepath.Join(dir, "keys.json"))
		link(t, "of-b", filepath.Join(dir, "..next"))
		if err := os.Rename(filepath.Join(dir, "..next"), filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
		if kids, _ := f.after(1); kids != "b" {
			t.Errorf("the keys are %s", kids)
		}
	})
}

func TestTheLogNamesEveryKeyWithItsLimits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	writeText(t, path, `{"keys":[`+jwkOf("a", `,"iat":1800000000`)+`,`+jwkOf("shop", `,"roles":["device"],"marts":["42","43"]`)+`]}`)
	var log strings.Builder
	if _, err := OpenKeyFile(path, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"key=a made=2027-01-15T08:00:00Z holder=servers roles=all marts=all", `key=shop made=unknown holder=others roles=[device] marts="[42 43]"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("it lacks %s:\n%s", want, log.String())
		}
	}
}

func TestAServerNeedsAKeyOfItsOwnAndABackendDoesNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	writeText(t, path, `{"keys":[`+jwkOf("shop", `,"roles":["device"]`)+`]}`)
	quiet := slog.New(slog.DiscardHandler)
	if _, err := OpenKeyFile(path, quiet); !errors.Is(err, ErrNoOwn) {
		t.Errorf("a server gets %v", err)
	}
	if keys, err := ReadKeyFile(path, quiet); err != nil || keys.Own() {
		t.Errorf("a backend gets %v, %v", keys, err)
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Skip(err) // Windows without the right to make links
	}
}

func TestOpenWarnsOfAKeyFileThatOthersMayRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such mode bits")
	}
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true} {
		path := filepath.Join(t.TempDir(), "keys.json")
		writeText(t, path, `{"keys":[`+jwkOf("a", "")+`]}`)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		if _, err := OpenKeyFile(path, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(log.String(), "chmod 600") != warned {
			t.Errorf("mode %v: the log has %q", mode, log.String())
		}
	}
}

func TestOpenRefusesWhatIsNotAKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.json")
	writeText(t, path, `{"keys":[]}`)
	for _, p := range []string{path, dir, filepath.Join(dir, "none.json")} {
		if f, err := OpenKeyFile(p, slog.New(slog.DiscardHandler)); err == nil || f != nil {
			t.Errorf("opened %s", p)
		}
	}
}
