package token

import (
	"context"
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

// A followed file, and what is said of it.
type followed struct {
	t    *testing.T
	path string
	file *KeyFile
	log  said
}

// said is what was written since it was asked.
type said struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *said) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.buf.Reset()
	return s.buf.String()
}

// follow follows a key file with the key a until the test ends. It is called in a bubble.
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

// later lets the file be looked at, and says which keys there are and what was written.
func (f *followed) later(looks int) (kids, log string) {
	time.Sleep(time.Duration(looks)*period + time.Second)
	synctest.Wait()
	var all []string
	for kid := range f.file.Keys().byID {
		all = append(all, kid)
	}
	slices.Sort(all)
	return strings.Join(all, ""), f.log.take()
}

func TestAKeyFileThatChangesIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "keys.json")
		put(t, path, `{"keys":[`+jwkOf("a", "")+`]}`)
		f := follow(t, path)
		steps := []struct {
			name  string
			do    func()
			kids  string
			lines int
		}{
			{"as it was", func() {}, "a", 0},
			{"touched", func() { put(t, path, content(t, path)) }, "a", 0},
			{"a key more", func() { put(t, path, `{"keys":[`+jwkOf("a", "")+`,`+jwkOf("b", "")+`]}`) }, "ab", 1},
			{"broken", func() { put(t, path, `{"keys":[`+jwkOf("c", "")) }, "ab", 1},
			{"broken still", func() {}, "ab", 0},
			{"broken in another way", func() { put(t, path, `{"keys":[]}`) }, "ab", 1},
			{"gone", func() { _ = os.Remove(path) }, "ab", 1},
			{"gone still", func() {}, "ab", 0},
			{"empty", func() { put(t, path, "") }, "ab", 1},
			{"back, with another key", func() { put(t, path, `{"keys":[`+jwkOf("c", "")+`]}`) }, "c", 1},
			{"gone again", func() { _ = os.Remove(path) }, "c", 1},
			{"back as it was", func() { put(t, path, `{"keys":[`+jwkOf("c", "")+`]}`) }, "c", 1},
		}
		for _, s := range steps {
			s.do()
			kids, log := f.later(2)
			if kids != s.kids || strings.Count(log, "\n") != s.lines {
				t.Errorf("%s: the keys are %s, want %s; want %d lines: %s", s.name, kids, s.kids, s.lines, log)
			}
			if tells(log, jwkOf("c", "")) {
				t.Errorf("%s: the log tells the key: %s", s.name, log)
			}
		}
	})
}

// Kubernetes keeps a secret as keys.json -> ..data/keys.json, ..data -> ..2026_11_23, and
// replaces the middle link.
func TestAKeyFileBehindAChangingLinkIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		for _, kid := range []string{"a", "b"} {
			if err := os.Mkdir(filepath.Join(dir, "of-"+kid), 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "of-"+kid, "keys.json")
			put(t, path, `{"keys":[`+jwkOf(kid, "")+`]}`)
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
		if kids, _ := f.later(1); kids != "b" {
			t.Errorf("the keys are %s", kids)
		}
	})
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Skip(err) // Windows, without the right to
	}
}

func TestAKeyFileThatOthersMayReadIsWarnedOf(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("it has no such bits")
	}
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true} {
		path := filepath.Join(t.TempDir(), "keys.json")
		put(t, path, `{"keys":[`+jwkOf("a", "")+`]}`)
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

func TestAKeyFileThatCannotBeUsedIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keys.json")
	put(t, path, `{"keys":[]}`)
	for _, p := range []string{path, dir, filepath.Join(dir, "none.json")} {
		if f, err := OpenKeyFile(p, slog.New(slog.DiscardHandler)); err == nil || f != nil {
			t.Errorf("opened %s", p)
		}
	}
}
