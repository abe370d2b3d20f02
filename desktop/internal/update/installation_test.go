package update

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/shared/release"
)

// install makes an installation of version 1.1.0 in a folder of its own.
func install(t *testing.T) Installation {
	t.Helper()
	program := filepath.Join(t.TempDir(), "bin", "jumun")
	write(t, program, "the old program")
	return Find(program, filepath.Join(t.TempDir(), "settings.json"), "1.1.0+abc")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files returns the names beside the program.
func (i Installation) files(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(i.program))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func choice(version, content string) release.Choice {
	sum := sha256.Sum256([]byte(content))
	return release.Choice{Version: version, File: release.File{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content))}}
}

func TestTheNextProgramIsKnownByItsName(t *testing.T) {
	for path, next := range map[string]string{
		"/home/shop/jumun":         "/home/shop/jumun.new",
		"/home/shop.exe/jumun":     "/home/shop.exe/jumun.new",
		`C:\Users\shop\jumun.exe`:  `C:\Users\shop\jumun.new.exe`,
		`C:\Users\shop.new\jumun`:  `C:\Users\shop.new\jumun.new`,
		"/home/shop/jumun-1.2.new": "/home/shop/jumun-1.2.new",
	} {
		home := strings.TrimSuffix(path, ".new")
		i := Find(next, "/settings.json", "1.1.0")
		if i.program != home || i.next != next || !i.isNext || Find(home, "/settings.json", "1.1.0").isNext || Home(home) != home {
			t.Errorf("%s: %+v", next, i)
		}
	}
}

// Whenever the power fails, the file that the system starts is whole, and what is found at the next start is put right.
func TestAfterAPowerCutTheNextStartFindsAWholeProgramAndTidiesUp(t *testing.T) {
	const content = "the next program"
	staged := func(t *testing.T, i Installation) {
		write(t, i.program+".part-x", content)
		if err := i.stage(i.program+".part-x", choice("1.2.0", content), 3, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name    string
		cut     func(t *testing.T, i Installation) Installation // returns the one of the next start
		program string
		left    []string
		isNext  bool // there is a next program
	}{
		{"while it is downloaded", func(t *testing.T, i Installation) Installation {
			write(t, i.program+".part-x", content[:5])
			return i
		}, "the old program", []string{"jumun", "jumun.part-x"}, false}, // it goes on there
		{"after the rename of the download, before that was noted", func(t *testing.T, i Installation) Installation {
			write(t, i.next, content)
			return i
		}, "the old program", []string{"jumun"}, false},
		{"when it was downloaded", func(t *testing.T, i Installation) Installation {
			staged(t, i)
			return i
		}, "the old program", []string{"jumun", "jumun.new"}, true},
		{"before all of it was on the disk", func(t *testing.T, i Installation) Installation {
			staged(t, i)
			write(t, i.next, content[:5])
			return i
		}, "the old program", []string{"jumun"}, false},
		{"while it was tried: the old one starts", func(t *testing.T, i Installation) Installation {
			staged(t, i)
			return i
		}, "the old program", []string{"jumun", "jumun.new"}, true},
		{"while it took its place: there is a copy that nobody needs", func(t *testing.T, i Installation) Installation {
			staged(t, i)
			write(t, i.program+copyMark, content[:5])
			return i
		}, "the old program", []string{"jumun", "jumun.new"}, true},
		{"when it had taken its place", func(t *testing.T, i Installation) Installation {
			staged(t, i)
			next := Find(i.next, i.statePath, "1.2.0+def")
			if err := next.settle(); err != nil {
				t.Fatal(err)
			}
			i.version = next.version
			return i
		}, content, []string{"jumun"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := tt.cut(t, install(t))
			if err := i.tidy(); err != nil {
				t.Fatal(err)
			}
			if got := read(t, i.program); got != tt.program {
				t.Errorf("the system starts %q", got)
			}
			if got := i.files(t); !slices.Equal(got, tt.left) {
				t.Errorf("left: %v", got)
			}
			if s := loadState(i.statePath); (s.Staged != nil) != tt.isNext {
				t.Errorf("staged: %+v", s.Staged)
			}
		})
	}
}

func TestTheStateSurvivesADamagedFile(t *testing.T) {
	i := install(t)
	write(t, i.statePath, `{"serial":7,"staged":{`)
	if s := loadState(i.statePath); s.Serial != 0 || s.Staged != nil {
		t.Errorf("%+v", s)
	}
	if err := i.tidy(); err != nil {
		t.Error(err)
	}
}

func TestAVersionIsGivenUpAfterItsSecondFailure(t *testing.T) {
	now := time.Now()
	s := state{Staged: &staged{Version: "1.2.0", Serial: 3}}
	s.fail("it does not answer", now)
	if s.Staged == nil || len(s.gaveUp()) != 0 || s.RetryAt != now.Add(retryAfter) {
		t.Errorf("after one: %+v", s)
	}
	s.fail("it ended", now)
	if up := s.gaveUp(); s.Staged != nil || len(up) != 1 || up[0].Version != "1.2.0" || up[0].Staged != 3 || up[0].Reason != "it ended" {
		t.Errorf("after two: %+v", s)
	}
}
