package supervisor

import (
	"io"
	"os"
	"time"
)

// A follower passes on what is appended to a file. It has a goroutine of its own, for a
// standard error can block for as long as it likes, and the agent must be started again.
// It allocates nothing once it runs, so that the keeper has nothing to collect.
type follower struct {
	file *os.File // nil: it could not be opened, and nothing is passed on
	to   io.Writer
	at   int64 // what was passed on so far
	part [4096]byte

	wake  chan struct{} // one look is owed; a second would find nothing more
	stop  func()        // ends the watch
	ended chan struct{}
}

// follow passes on what is written at path from now on. End it once.
func follow(path string, to io.Writer) *follower {
	f := &follower{to: to, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	if file, err := os.Open(path); err == nil {
		f.file = file
		f.at, _ = file.Seek(0, io.SeekEnd) // a regular file, which has an end
	}
	f.stop = watch(path, f.look)
	go f.run()
	return f
}

// look has the file looked at.
func (f *follower) look() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *follower) run() {
	defer close(f.ended)
	if f.file == nil {
		return
	}
	defer f.file.Close()
	for range f.wake {
		f.pass()
	}
	f.pass()
}

// pass passes on what is new. A file that cannot be read, or a reader that is gone, is no
// reason to do anything: the file stays.
func (f *follower) pass() {
	size, err := f.file.Seek(0, io.SeekEnd)
	if err != nil {
		return
	}
	if size < f.at { // it was emptied
		f.at = 0
	}
	for {
		n, _ := f.file.ReadAt(f.part[:], f.at)
		if n == 0 {
			return
		}
		f.at += int64(n)
		_, _ = f.to.Write(f.part[:n])
	}
}

// end passes on the rest, for as long as farewell, and stops.
func (f *follower) end() {
	f.stop() // from here on nobody looks
	close(f.wake)
	select {
	case <-f.ended:
	case <-time.After(farewell):
	}
}
