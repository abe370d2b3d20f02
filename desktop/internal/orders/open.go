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
	// Kept is how long confirmed orders are kept, once the server knows: the history goes back that far, and
	// no repeat comes later than the 72 hours of the server's log.
	Kept = 30 * 24 * time.Hour
	// maxEnded bounds the confirmed orders that are kept, at some 300 bytes each: over 6,000
	// a day for all of Kept. Beyond it the oldest are forgotten, a tenth of them at once.
	maxEnded = 200_000
	// minLines is after how many changes, at least, the file is made anew: at some 200
	// bytes each, 20 MB. With more orders than that, it is after as many changes as there
	// are orders.
	minLines = 100_000
)

// A DamagedError says that some of the file could not be read. What could is there; the
// last IDs are not trusted any more. So an order whose confirmation was lost unsent is
// asked for again, and rings again.
type DamagedError struct {
	Aside string // where a copy of the file is
	Lines int    // how many were damaged
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("inbox had %d damaged lines, a copy is kept as %s", e.Lines, e.Aside)
}

// Open opens the inbox in the file at path, which it makes if there is none. The Inbox is
// always usable. An error says what is wrong: a DamagedError, or that the file cannot be
// used now and all is kept in memory alone until it can.
func Open(path string, now time.Time) (*Inbox, error) {
	b := empty(path)
	b.err = b.load(now)
	var damaged *DamagedError
	if errors.As(b.err, &damaged) {
		b.err = nil
		return b, damaged
	}
	return b, b.err
}

func empty(path string) *Inbox {
	return &Inbox{
		orders: make(map[Key]*Entry), waiting: make(map[Key]struct{}), unsent: make(map[Key]struct{}),
		lastID: make(map[order.MartID]order.ID), gaps: make(map[order.MartID]struct{}),
		journal: &journal{path: path}, renewAt: minLines, aged: time.Now(),
	}
}

func (b *Inbox) load(now time.Time) error {
	if err := os.MkdirAll(filepath.Dir(b.journal.path), 0o700); err != nil {
		return err
	}
	file, err := os.Open(b.journal.path)
	if errors.Is(err, os.ErrNotExist) {
		return b.journal.renew(nil)
	}
	if err != nil {
		return err
	}
	damaged, err := b.read(file)
	if err != nil {
		return errors.Join(err, file.Close(), b.journal.reopen())
	}
	if damaged > 0 {
		return errors.Join(b.setAside(file, damaged), b.renew(now))
	}
	return errors.Join(file.Close(), b.renew(now))
}

// read takes the lines of r, and returns how many are damaged. Of damaged ones nobody
// knows what they said: the server is asked for all that nobody has confirmed.
func (b *Inbox) read(r io.Reader) (damaged int, err error) {
	damaged, err = read(r, b.take)
	if damaged > 0 {
		clear(b.lastID)
	}
	return damaged, err
}

// setAside copies the file and closes it. Only the newest copy is kept: a disk that
// fails again and again must not be filled.
func (b *Inbox) setAside(file *os.File, damaged int) error {
	defer file.Close()
	aside := b.journal.path + ".bad"
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
