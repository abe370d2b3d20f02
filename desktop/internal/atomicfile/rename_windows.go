package atomicfile

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// patience is how long Rename waits for other programs: a virus scanner opens each new file for milliseconds, and
// a slow one for a second or so. Go's own commands wait as long.
const patience, firstPause = 2 * time.Second, 5 * time.Millisecond

// Rename replaces the file at to by the one at from. While another program has one of them open, it tries again.
func Rename(from, to string) error {
	for end, pause := time.Now().Add(patience), firstPause; ; pause *= 2 {
		err := os.Rename(from, to)
		if !isInUse(err) || time.Now().Add(pause).After(end) {
			return err
		}
		time.Sleep(pause)
	}
}

func isInUse(err error) bool {
	return errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
}
