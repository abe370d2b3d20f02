package orders

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"jumun/shared/order"
)

const (
	// Kept is how long confirmed orders are kept once the server knows: the history goes back
	// that far, and no repeat comes later than the 72 hours of the server's log.
	Kept = 30 * 24 * time.Hour
	// maxEnded bounds the confirmed orders that are kept, at some 500 bytes each: over 6,000 a
	// day for all of Kept. Beyond it the oldest are dropped, a tenth of them at once.
	maxEnded = 200_000
	// minLines is after how many changes, at least, the journal is written anew: at some 200
	// bytes each, 20 MB. With more orders it is after as many changes as there are orders.
	minLines = 100_000
)

// A DamagedError says that a part of the journal could not be read. The rest was read; the last
// IDs are not trusted any more. So an order whose acknowledgement was lost before it was sent
// is asked for again, and rings again.
type DamagedError struct {
	Aside string // where a copy of the file is
	Lines int    // how many were damaged
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the order journal had %d damaged lines, a copy is kept as %s", e.Lines, e.Aside)
}

// Open opens the journal at path, and creates it if there is none. The Store is always usable.
// An error is a DamagedError, or says that the file cannot be used now: everything is kept
// only in memory until it can.
func Open(path string, now time.Time) (*Store, error) {
	s := empty(path)
	s.err = s.load(now)
	var damaged *DamagedError
	if errors.As(s.err, &damaged) {
		s.err = nil
		return s, damaged
	}
	return s, s.err
}

func empty(path string) *Store {
	return &Store{
		orders: make(map[Key]*Entry), names: newNames(), open: make(map[Key]*Entry), unsent: make(map[Key]*Entry), sending: make(map[Key]bool), repeats: make(map[Key]order.ID),
		lastID: make(map[order.MartID]order.ID), gaps: make(map[order.MartID]gap), counted: make(map[order.MartID]int),
		journal: &journal{path: path}, renewAt: minLines, aged: time.Now(),
	}
}

func (s *Store) load(now time.Time) error {
	if err := os.MkdirAll(filepath.Dir(s.journal.path), 0o700); err != nil {
		return err
	}
	file, err := os.Open(s.journal.path)
	if errors.Is(err, os.ErrNotExist) {
		return s.journal.renew(nil)
	}
	if err != nil {
		return err
	}
	damaged, err := s.read(file)
	if err != nil {
		return errors.Join(err, file.Close(), s.journal.reopen())
	}
	if damaged > 0 {
		return errors.Join(s.setAside(file, damaged), s.renew(now))
	}
	return errors.Join(file.Close(), s.renew(now))
}

// read reads the journal in r, and returns how many lines are damaged. What those said, and those of
// a newer version, is not known, so the server is asked for every order that nobody has confirmed.
func (s *Store) read(r io.Reader) (damaged int, err error) {
	damaged, err = read(r, s.set)
	if damaged > 0 || len(s.unknown) > 0 {
		clear(s.lastID)
	}
	return damaged, err
}

// setAside copies the file and closes it. Only the newest copy is kept: a disk that fails again
// and again must not fill up.
func (s *Store) setAside(file *os.File, damaged int) error {
	defer file.Close()
	aside := s.journal.path + ".bad"
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	out, err := os.Create(aside)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, file); err != nil {
		return errors.Join(err, out.Close())
	}
	return errors.Join(&DamagedError{Aside: aside, Lines: damaged}, out.Close())
}
