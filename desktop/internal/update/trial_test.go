package update

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAProgramIsHealthyOnceItIsConnectedForAWhile(t *testing.T) {
	ok := Health{Version: "1.2.0+abc", PID: 7, Connected: true}
	silent := func(time.Duration) (Health, error) { return Health{}, errors.New("nobody listens") }
	tests := []struct {
		name  string
		ask   func(since time.Duration) (Health, error)
		ended error         // nil: it goes on
		want  string        // the error; "": none
		after time.Duration // when that is known, about
	}{
		{"healthy", func(time.Duration) (Health, error) { return ok, nil }, nil, "", steadyFor},
		{"healthy after a slow start", func(d time.Duration) (Health, error) {
			if d < 50*time.Second {
				return silent(d)
			}
			return ok, nil
		}, nil, "", 50*time.Second + steadyFor},
		{"it answers, and connects late", func(d time.Duration) (Health, error) {
			h := ok
			h.Connected = d > 2*time.Minute
			return h, nil
		}, nil, "", 2*time.Minute + steadyFor},
		{"it never answers", silent, nil, "does not answer", answerWithin},
		{"it never connects", func(time.Duration) (Health, error) { return Health{Version: "1.2.0", PID: 7, Detail: "refused"}, nil }, nil, "not connected: refused", TrialLimit},
		{"its agent starts again and again", func(d time.Duration) (Health, error) {
			h := ok
			h.PID = int(d / (5 * time.Second))
			return h, nil
		}, nil, "again and again", TrialLimit},
		{"it stops to answer", func(d time.Duration) (Health, error) {
			if d > steadyFor/2 {
				return silent(d)
			}
			return ok, nil
		}, nil, "does not answer", TrialLimit},
		{"it cannot be heard", func(time.Duration) (Health, error) { h := ok; h.Sound = "no device"; return h, nil }, nil, "cannot be heard: no device", TrialLimit},
		{"it shows no window", func(time.Duration) (Health, error) { h := ok; h.Window = "exit status 1"; return h, nil }, nil, "no window: exit status 1", TrialLimit},
		{"the sound device was busy", func(d time.Duration) (Health, error) {
			h := ok
			if d < time.Minute {
				h.Sound = "busy"
			}
			return h, nil
		}, nil, "", time.Minute + steadyFor},
		{"it is another version", func(time.Duration) (Health, error) { return Health{Version: "1.1.0", Connected: true}, nil }, nil, "version 1.1.0", 0},
		{"it ends", silent, exit(t, 1), "it ended", 0},
		{"it ends with status 0", silent, errStatus0, "status 0", 0},
		{"a person ends it", silent, exit(t, stopped), "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				ended := make(chan error, 1)
				if tt.ended != nil {
					if tt.ended == errStatus0 {
						tt.ended = nil
					}
					ended <- tt.ended
				}
				err := Trial{Stopped: stopped, Ask: func(context.Context) (Health, error) { return tt.ask(time.Since(began)) }}.watch(t.Context(), "1.2.0", able{Sound: true, Window: true}, ended)
				if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%v", err)
				}
				if late := time.Since(began) - tt.after; late < 0 || late > 5*time.Second {
					t.Errorf("known after %v", time.Since(began))
				}
			})
		})
	}
}

var errStatus0 = errors.New("status 0")

// exit returns the error of a program that ended with a status.
func exit(t *testing.T, status int) error {
	t.Helper()
	self := exec.Command(os.Args[0], "-test.run=^$")
	self.Env = append(os.Environ(), fmt.Sprint(exitVariable, "=", status))
	err := self.Run()
	if err == nil {
		t.Fatal("it ended with status 0")
	}
	return err
}

const (
	exitVariable = "JUMUN_TEST_EXIT"
	stopped      = 76 // as the supervisor's
)

func TestMain(m *testing.M) {
	if status, err := strconv.Atoi(os.Getenv(exitVariable)); err == nil {
		os.Exit(status)
	}
	os.Exit(m.Run())
}

// trialOf returns a trial of a staged program that ends as the tests say, and where its state is.
func trialOf(t *testing.T, status int) (Trial, string) {
	t.Helper()
	dir := t.TempDir()
	i := Installation{program: filepath.Join(dir, "jumun"), next: filepath.Join(dir, "jumun.new"), statePath: filepath.Join(dir, "update", "state.json"), version: "1.0.0"}
	if err := os.WriteFile(i.next, []byte("next"), 0o700); err != nil {
		t.Fatal(err)
	}
	sum, size, err := sumOf(i.next)
	if err == nil {
		err = os.Mkdir(filepath.Dir(i.statePath), 0o700)
	}
	if err == nil {
		err = state{Staged: &staged{Version: "1.1.0", SHA256: sum, Size: size}}.save(i.statePath)
	}
	if err != nil {
		t.Fatal(err)
	}
	return Trial{
		Installation: i, Stopped: stopped, Log: slog.New(slog.DiscardHandler),
		Ask:   func(context.Context) (Health, error) { return Health{}, errors.New("nobody listens") },
		Guard: func() *exec.Cmd { return exec.Command(os.Args[0], "-test.run=^$") },
		Command: func(string) *exec.Cmd {
			cmd := exec.Command(os.Args[0], "-test.run=^$")
			cmd.Env = append(os.Environ(), fmt.Sprint(exitVariable, "=", status))
			return cmd
		},
	}, i.statePath
}

func TestATryIsNotedBeforeItIsMadeAndForgottenIfNothingFailed(t *testing.T) {
	trial, path := trialOf(t, stopped)
	command := trial.Command
	trial.Command = func(file string) *exec.Cmd {
		if s := loadState(path); len(s.Failed) != 1 || s.Failed[0].Cuts != 1 || s.Staged == nil {
			t.Errorf("while it is tried the state is %+v", s)
		}
		return command(file)
	}
	if !trial.HandOver(t.Context()) {
		t.Error("a person has ended it, and this one goes on")
	}
	if s := loadState(path); len(s.Failed) != 0 || !s.RetryAt.IsZero() || s.Staged == nil {
		t.Errorf("then the state is %+v", s)
	}
}

func TestAVersionThatEndsWithStatus0IsGivenUp(t *testing.T) {
	trial, path := trialOf(t, 0)
	for range maxTries {
		if trial.HandOver(t.Context()) {
			t.Fatal("nothing runs any more")
		}
	}
	if s := loadState(path); s.Staged != nil || len(s.gaveUp()) != 1 {
		t.Errorf("the state is %+v", s)
	}
}

// readOnly gives i its state at a path where it can be read and not stored.
func readOnly(t *testing.T, i *Installation) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("it needs a folder in which nobody can write")
	}
	file, err := os.Open(i.statePath)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	i.statePath = fmt.Sprint("/proc/self/fd/", file.Fd())
}

func TestWhatAFailedTrialReadOfANewerListStays(t *testing.T) {
	trial, path := trialOf(t, 1)
	command := trial.Command
	trial.Command = func(file string) *exec.Cmd {
		s := loadState(path)
		s.Serial = 9
		if err := s.save(path); err != nil {
			t.Error(err)
		}
		return command(file)
	}
	if trial.HandOver(t.Context()) || loadState(path).Serial != 9 {
		t.Errorf("the state is %+v", loadState(path))
	}
}

func TestWhatTheOldVersionCouldNotDoEitherIsNotAskedOfTheNewOne(t *testing.T) {
	deaf := Health{Sound: "no device", Window: "no OpenGL"}
	if why := (able{}).misses(deaf); why != "" {
		t.Error(why)
	}
}

func TestAVersionIsGivenUpForWhatFailedAndNotForTwoPowerCuts(t *testing.T) {
	const fails, cut = 0, 1
	for _, tt := range []struct {
		tries []int
		want  bool
	}{
		{[]int{fails}, false}, {[]int{cut, cut}, false}, {[]int{cut, fails, cut}, false},
		{[]int{fails, cut, fails}, true}, {[]int{cut, cut, cut}, true},
	} {
		s := state{}
		for _, how := range tt.tries {
			s.Staged = &staged{Version: "1.1.0"}
			before := s
			s.try(time.Now())
			if how == fails {
				s = before
				s.fail("it crashed", time.Now())
			}
		}
		if got := len(s.gaveUp()) > 0; got != tt.want {
			t.Errorf("%v: given up %v", tt.tries, got)
		}
	}
}

func TestAVersionThatHasTakenThePlaceOfTheOldOneIsNotNotedAsFailed(t *testing.T) {
	u, s := newUpdater(t)
	u.look(t.Context(), s)
	was := loadState(u.statePath)
	was.try(time.Now()) // and who watched it was killed
	was.RetryAt = time.Time{}
	if err := was.save(u.statePath); err != nil {
		t.Fatal(err)
	}
	u.isNext, u.version = true, "1.2.0"
	u.install(t.Context(), s)
	if got := loadState(u.statePath); len(got.Failed) != 0 {
		t.Errorf("noted as failed: %+v", got.Failed)
	}
}

func TestNothingIsTriedWhoseTryCannotBeStored(t *testing.T) {
	trial, _ := trialOf(t, 1)
	readOnly(t, &trial.Installation)
	trial.Command = func(string) *exec.Cmd { t.Error("it is tried"); return exec.Command(os.Args[0], "-test.run=^$") }
	if trial.HandOver(t.Context()) {
		t.Error("nothing runs any more")
	}
}

func TestAClockThatWasWrongBarsNoVersion(t *testing.T) {
	now := time.Now()
	for at, want := range map[time.Time]bool{{}: false, now.Add(-time.Second): false, now.Add(time.Second): true, now.Add(retryAfter): true, now.AddDate(900, 0, 0): false} {
		if got := (state{RetryAt: at}).rests(now); got != want {
			t.Errorf("%v: %v", at, got)
		}
	}
}
