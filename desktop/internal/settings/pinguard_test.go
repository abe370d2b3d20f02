package settings

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// guarded returns a guard of settings in a folder of its own, and a function that is a new start.
func guarded(t *testing.T) (g *PINGuard, restart func()) {
	path := filepath.Join(t.TempDir(), "settings.json")
	g = &PINGuard{Path: path}
	return g, func() { *g = PINGuard{Path: path} }
}

// cheap returns a hash of pin that takes little time to check.
func cheap(t *testing.T, pin string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(pin), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

func TestWhoMistypesThriceNoticesNothing(t *testing.T) {
	g, _ := guarded(t)
	of2580, now := cheap(t, "2580"), time.Now()
	for range 3 {
		if err := g.Check(of2580, "2581", now); !errors.Is(err, ErrWrongPIN) {
			t.Fatal(err)
		}
	}
	if err := g.Check(of2580, "2580\n", now); err != nil {
		t.Error(err)
	}
	if err := g.Check("", "", now); err != nil {
		t.Errorf("without a PIN: %v", err)
	}
}

func TestGuessingThePINGetsSlowerAlsoAfterARestart(t *testing.T) {
	g, restart := guarded(t)
	of2580, now := cheap(t, "2580"), time.Now()
	var took time.Duration
	for guess := range 16 {
		restart()
		err := g.Check(of2580, "0000", now)
		var wait *PINWaitError
		if errors.As(err, &wait) {
			if restart(); g.Check(of2580, "2580", now.Add(wait.Wait-time.Second)) == nil {
				t.Errorf("guess %d: the right PIN was taken before its time", guess)
			}
			now, took = now.Add(wait.Wait), took+wait.Wait
			err = g.Check(of2580, "0000", now)
		}
		if !errors.Is(err, ErrWrongPIN) {
			t.Fatalf("guess %d: %v", guess, err)
		}
	}
	if took < 2*time.Hour {
		t.Errorf("16 guesses took %v", took)
	}
	if err := g.Check(of2580, "2580", now.Add(longestPause)); err != nil {
		t.Error(err)
	}
	if restart(); g.Check(of2580, "0000", now) == nil || g.Check(of2580, "2580", now) != nil {
		t.Error("the right PIN did not end the waits")
	}
}

func TestAClockThatWasSetBackLocksNobodyOutForLonger(t *testing.T) {
	g, _ := guarded(t)
	of2580, now := cheap(t, "2580"), time.Now()
	for range freeGuesses + 1 {
		_ = g.Check(of2580, "0000", now)
	}
	var wait *PINWaitError
	if err := g.Check(of2580, "2580", now.AddDate(-1, 0, 0)); !errors.As(err, &wait) || wait.Wait > firstPause {
		t.Errorf("%v", err)
	}
}

func TestGuessesThatCannotBeStoredCountWhileTheProcessRuns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	g, of2580, now := &PINGuard{Path: filepath.Join(dir, "settings.json")}, cheap(t, "2580"), time.Now()
	if err := g.Check(of2580, "2580", now); err != nil {
		t.Errorf("a full disk locks people out: %v", err)
	}
	for range freeGuesses + 1 {
		if err := g.Check(of2580, "0000", now); !errors.Is(err, ErrWrongPIN) || err.Error() == ErrWrongPIN.Error() {
			t.Errorf("it does not say that it was not stored: %v", err)
		}
	}
	var wait *PINWaitError
	if err := g.Check(of2580, "2580", now); !errors.As(err, &wait) {
		t.Error(err)
	}
}

func TestAFileOfGuessesThatIsDamagedIsNoLock(t *testing.T) {
	g, _ := guarded(t)
	for _, content := range []string{"", "{", `{"wrong":"x"}`, `{"wrong":-5}`, "[]"} {
		if err := os.WriteFile(g.file(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := g.Check(cheap(t, "2580"), "2580", time.Now()); err != nil {
			t.Errorf("%q: %v", content, err)
		}
	}
}
