// Package logqueue writes log lines without making those who log wait: the reader of a log may be
// slow, asleep or dead.
package logqueue

import (
	"bytes"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// maxWaiting is how many bytes may wait for the reader: thousands of lines, which is more than a
// server logs while a collector of logs restarts.
const maxWaiting = 1 << 20

// A Queue hands lines to a writer, in their order. What does not fit is dropped and counted, and told
// by one line when the writer has taken the rest. Make one with New, and Close it. It is safe for
// concurrent use.
type Queue struct {
	out  io.Writer
	some chan struct{} // room for one: several lines are one reason to write
	done chan struct{}
	lost atomic.Int64

	mu      sync.Mutex
	closed  bool
	waiting [][]byte
	size    int   // bytes that wait
	untold  int64 // how many lines were lost since that was last told
}

// New returns a Queue that writes to out. Only one goroutine calls out.Write.
func New(out io.Writer) *Queue {
	q := &Queue{out: out, some: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run()
	return q
}

// Write queues p, which is one line or several. It never waits, and never fails.
func (q *Queue) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.size+len(p) > maxWaiting {
		q.lose()
		return len(p), nil
	}
	q.waiting = append(q.waiting, bytes.Clone(p))
	q.size += len(p)
	select {
	case q.some <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Lost returns how many lines were lost: there was no room, or the reader is dead.
func (q *Queue) Lost() int64 { return q.lost.Load() }

// Close waits until what was queued is written, or for the time within. A writer that hangs then
// keeps its goroutine.
func (q *Queue) Close(within time.Duration) {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.some)
	}
	q.mu.Unlock()
	select {
	case <-q.done:
	case <-time.After(within):
	}
}

func (q *Queue) run() {
	defer close(q.done)
	for range q.some {
		for line := q.next(); line != nil; line = q.next() {
			if _, err := q.out.Write(line); err != nil {
				q.mu.Lock()
				q.lose()
				q.mu.Unlock()
			}
		}
		q.tell()
	}
}

// next takes the line that waits first; nil if there is none.
func (q *Queue) next() []byte {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return nil
	}
	line := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	q.size -= len(line)
	return line
}

// lose counts a lost line. The caller holds the lock.
func (q *Queue) lose() {
	q.untold++
	q.lost.Add(1)
}

// tell writes how many lines were lost, if some were. If that fails, it is told later.
func (q *Queue) tell() {
	q.mu.Lock()
	lost := q.untold
	q.mu.Unlock()
	if lost == 0 {
		return
	}
	var line bytes.Buffer
	slog.New(slog.NewTextHandler(&line, nil)).Warn("lines of this log were lost: their reader did not take them", "lines", lost)
	if _, err := q.out.Write(line.Bytes()); err == nil {
		q.mu.Lock()
		q.untold -= lost
		q.mu.Unlock()
	}
}
