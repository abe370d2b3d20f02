package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"jumun/desktop/internal/atomicfile"
)

const (
	// freeGuesses wrong PINs in a row cost no wait: a person mistypes.
	freeGuesses = 3
	// firstPause is the wait after the next wrong PIN. Each further one doubles it, up to longestPause:
	// to try half of all PINs of four digits takes more than three months.
	firstPause, longestPause = 10 * time.Second, 30 * time.Minute
)

// ErrWrongPIN is returned by PINGuard.Check.
var ErrWrongPIN = errors.New("wrong PIN")

// A PINWaitError says that no PIN is checked now, because too many were wrong.
type PINWaitError struct{ Wait time.Duration }

func (e *PINWaitError) Error() string { return fmt.Sprintf("no PIN is checked for %v", e.Wait) }

// A PINGuard makes it slow to guess the PIN of the settings at Path. It counts the wrong ones in a file
// beside them, so that a new start does not begin anew. One process at a time may use it.
type PINGuard struct {
	Path string // of the settings file

	known guesses // what could not be stored counts too
}

// guesses are the wrong PINs since the last right one.
type guesses struct {
	Wrong int       `json:"wrong"`
	Last  time.Time `json:"last"`
}

// wait returns how long no PIN is checked. A clock that was set back must not lock anybody out for longer.
func (g guesses) wait(now time.Time) time.Duration {
	if g.Wrong <= freeGuesses {
		return 0
	}
	pause := longestPause
	if doubled := g.Wrong - freeGuesses - 1; doubled < 10 {
		pause = min(firstPause<<doubled, longestPause)
	}
	return min(max(pause-now.Sub(g.Last), 0), pause)
}

// Check returns nil if pin, as it was typed, is that of hash, or if hash is empty. Otherwise it returns
// ErrWrongPIN or a *PINWaitError; any other error is under ErrWrongPIN, and says that the count was not
// stored. A call takes about 60 ms.
func (g *PINGuard) Check(hash, pin string, now time.Time) error {
	if hash == "" {
		return nil
	}
	g.load()
	if wait := g.known.wait(now); wait > 0 {
		return &PINWaitError{wait}
	}
	g.known = guesses{g.known.Wrong + 1, now}
	err := g.store() // first: who ends the process during the check must not try for nothing
	if !PINMatches(hash, pin) {
		return errors.Join(ErrWrongPIN, err)
	}
	g.known = guesses{}
	_ = os.Remove(g.file()) // if it stays, the next wrong PIN waits sooner: no reason to refuse this one
	return nil
}

func (g *PINGuard) file() string { return filepath.Join(filepath.Dir(g.Path), "pin-guesses.json") }

// load reads what is stored, if that is more than what is known.
func (g *PINGuard) load() {
	var stored guesses
	if raw, err := readFile(g.file()); err == nil && json.Unmarshal(raw, &stored) == nil && stored.Wrong > g.known.Wrong {
		g.known = stored
	}
}

func (g *PINGuard) store() error {
	raw, _ := json.Marshal(g.known) // a number and a time always marshal
	return atomicfile.Write(g.file(), raw, 0o600)
}
