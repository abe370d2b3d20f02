package supervisor

import (
	"io"
	"os"
	"time"
)

const (
	// pollInterval is how late a line of the log may reach standard error. It is soon enough
	// for a person who reads along, and costs 0.03 % of a core.
	pollInterval = time.Second
	// flushTimeout is how long the last lines may take to reach a standard error that
	// nobody reads, such as a terminal that is paused.
	flushTimeout = time.Second
)

// A tail copies what is appended to a file to a writer, as tail -f does. It has a goroutine
// of its own: a write to standard error can block for as long as it likes, and must not
// keep the agent from being started again.
type tail struct {
	file   *os.File
	to     io.Writer
	offset int64 // of the first byte that is not copied yet
	buf    [4096]byte
	stop   chan struct{}
	done   chan struct{}
}

// startTail copies what is appended to the file at path from now on. Without an error, the
// caller must call close once.
func startTail(path string, to io.Writer) (*tail, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t := &tail{file: file, to: to, stop: make(chan struct{}), done: make(chan struct{})}
	t.offset, _ = file.Seek(0, io.SeekEnd) // a regular file, which has an end
	go t.run()
	return t, nil
}

func (t *tail) run() {
	defer close(t.done)
	defer t.file.Close()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			t.copy()
		case <-t.stop:
			t.copy()
			return
		}
	}
}

// copy copies what is new. It ignores all errors, of the file and of the writer: the log
// itself is still on the disk.
func (t *tail) copy() {
	size, err := t.file.Seek(0, io.SeekEnd)
	if err != nil {
		return
	}
	if size < t.offset { // the file was emptied
		t.offset = 0
	}
	for {
		n, _ := t.file.ReadAt(t.buf[:], t.offset)
		if n == 0 {
			return
		}
		t.offset += int64(n)
		_, _ = t.to.Write(t.buf[:n])
	}
}

// close copies the rest, for at most flushTimeout, and stops.
func (t *tail) close() {
	close(t.stop)
	select {
	case <-t.done:
	case <-time.After(flushTimeout):
	}
}
