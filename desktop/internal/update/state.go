package update

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"time"

	"jumun/desktop/internal/atomicfile"
	"jumun/shared/release"
	"jumun/shared/wire"
)

const (
	// maxTries is how often a version fails on this PC before it is given up.
	maxTries = 2
	// maxCuts is how many tries of it may have no outcome, because the power failed or all of jumun was killed: once
	// more, since that may be chance. But who meets a PC that stands still switches it off.
	maxCuts = 3
)

// maxState bounds what is read of the state, in bytes.
const maxState = 64 << 10

// A state is what is known of updates across restarts. The agent and its supervisor write it, never both at once.
type state struct {
	Serial int64    `json:"serial"`           // the highest of a list of releases
	Staged *staged  `json:"staged,omitempty"` // the next program; nil: there is none
	Failed []failed `json:"failed,omitempty"` // versions that failed on this PC, the last one first

	RetryAt time.Time `json:"retryAt,omitzero"` // when another program may be tried
	Able    able      `json:"able"`             // what this PC could do before the other program was tried
}

// A staged is the next program, whole and verified.
type staged struct {
	Version string    `json:"version"`
	Serial  int64     `json:"staged"` // of the list by which the version was staged
	SHA256  string    `json:"sha256"`
	Size    int64     `json:"size"`
	Since   time.Time `json:"since"`
	Urgent  bool      `json:"urgent,omitempty"`
}

// A failed is a version that failed.
type failed struct {
	wire.FailedUpdate
	Tries int `json:"tries"`          // that failed
	Cuts  int `json:"cuts,omitempty"` // that had no outcome
}

func (f failed) isGivenUp() bool { return f.Tries >= maxTries || f.Cuts >= maxCuts }

// loadState reads the state. One that cannot be read is as none.
func loadState(path string) (s state) {
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxState {
		return state{}
	}
	raw, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(raw, &s) != nil {
		return state{}
	}
	return s
}

func (s state) save(path string) error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, append(raw, '\n'), 0o600)
}

// try notes that the next program is tried, for the case that nobody can say more. It stays the next program.
func (s *state) try(now time.Time) {
	s.note("the PC went off while it was tried, or it was killed", 0, 1, now)
}

// note notes further tries of the next program.
func (s *state) note(reason string, tries, cuts int, now time.Time) failed {
	f := failed{FailedUpdate: wire.FailedUpdate{Version: s.Staged.Version, Staged: s.Staged.Serial, Reason: reason}, Tries: tries, Cuts: cuts}
	others := make([]failed, 0, len(s.Failed))
	for _, o := range s.Failed {
		if o.Version == f.Version {
			f.Tries += o.Tries
			f.Cuts += o.Cuts
			continue
		}
		others = append(others, o)
	}
	s.Failed = append([]failed{f}, others[:min(len(others), wire.MaxFailedUpdates-1)]...)
	s.RetryAt = now.Add(retryAfter)
	return f
}

// fail notes that the next program failed. It is the next program no longer once it was tried often enough.
func (s *state) fail(reason string, now time.Time) {
	if s.note(reason, 1, 0, now).isGivenUp() {
		s.Staged = nil
	}
}

// rests reports whether no other program may be tried yet. A time that is further away than any pause was noted by a clock
// that was wrong.
func (s state) rests(now time.Time) bool {
	return now.Before(s.RetryAt) && s.RetryAt.Sub(now) <= retryAfter
}

// works forgets what was noted of a version: it runs.
func (s *state) works(version string) {
	s.Failed = slices.DeleteFunc(s.Failed, func(f failed) bool { return release.Compare(f.Version, version) == 0 })
}

// gaveUp returns the versions that are not tried any more.
func (s state) gaveUp() (list []wire.FailedUpdate) {
	for _, f := range s.Failed {
		if f.isGivenUp() {
			list = append(list, f.FailedUpdate)
		}
	}
	return list
}

// remove removes a file that may not be there.
func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
