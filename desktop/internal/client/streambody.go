package client

import (
	"bytes"
	"io"
	"strconv"
	"sync/atomic"
	"time"
)

// A watchedBody is the body of a stream before it is parsed. Heartbeats are comments and retry
// fields are no events, so the parser shows neither.
type watchedBody struct {
	body      io.Reader
	silent    *time.Timer // fires if a Read takes limit
	limit     time.Duration
	late      *time.Timer // fires if a Read takes lateAfter
	lateAfter time.Duration
	heard     bool          // a byte was read
	heardAt   time.Time     // when the last one was read
	line      []byte        // the start of the line that is being read, as much as retry: needs
	retry     time.Duration // the last retry field; 0 before the first

	rhythm     rhythm
	comment    bool         // what is being read is a comment so far
	unfinished atomic.Bool  // a part of an event was read, and not its end
	reads      atomic.Int64 // counts those that brought something
	piece      *time.Timer  // fires if a Read takes pieceAfter though an event is unfinished
	suspected  wish         // see heldback.go
}

// maxRetryLine is longer than any sensible retry field.
const maxRetryLine = 32

// newWatchedBody returns a body that calls dead, once, when a Read has waited for limit, or
// for firstByteLimit before the first byte, and late when a Read has waited for lateAfter. Between
// two Reads there is no limit: storing an event may take time.
func newWatchedBody(body io.Reader, limit time.Duration, dead func(), lateAfter time.Duration, late func()) *watchedBody {
	w := &watchedBody{body: body, limit: limit, silent: time.AfterFunc(limit, dead), lateAfter: lateAfter, late: time.AfterFunc(lateAfter, late)}
	w.silent.Stop()
	w.late.Stop()
	w.piece = time.AfterFunc(pieceAfter, w.suspected.want)
	w.piece.Stop()
	w.rhythm = rhythm{period: lateAfter - doubtAfter}
	return w
}

func (w *watchedBody) Read(p []byte) (int, error) {
	w.silent.Reset(w.patience())
	w.late.Reset(w.lateAfter)
	if w.unfinished.Load() {
		w.piece.Reset(pieceAfter)
	}
	n, err := w.body.Read(p)
	w.silent.Stop()
	w.late.Stop()
	w.piece.Stop()
	if n > 0 {
		w.heard, w.heardAt = true, time.Now()
		w.reads.Add(1)
	}
	w.scan(p[:n])
	return n, err
}

func (w *watchedBody) patience() time.Duration {
	if w.heard {
		return w.limit
	}
	return firstByteLimit
}

// scan looks for retry fields, and for the ends of events. Lines end with \n, \r or both.
func (w *watchedBody) scan(p []byte) {
	for len(p) > 0 {
		i := bytes.IndexAny(p, "\r\n")
		if i < 0 {
			w.keep(p)
			return
		}
		w.keep(p[:i])
		w.endLine()
		p = p[i+1:]
	}
}

func (w *watchedBody) keep(p []byte) {
	if len(p) > 0 && len(w.line) == 0 { // a line begins
		w.comment = p[0] == ':' && (w.comment || !w.unfinished.Load())
		w.unfinished.Store(true)
	}
	w.line = append(w.line, p[:min(len(p), maxRetryLine-len(w.line))]...)
}

func (w *watchedBody) endLine() {
	value, ok := bytes.CutPrefix(w.line, []byte("retry:"))
	if ok && len(w.line) < maxRetryLine {
		if ms, err := strconv.ParseUint(string(bytes.TrimPrefix(value, []byte(" "))), 10, 32); err == nil {
			w.retry = time.Duration(ms) * time.Millisecond
		}
	}
	if len(w.line) == 0 && w.unfinished.Swap(false) {
		w.endEvent(time.Now())
	}
	w.line = w.line[:0]
}

// endEvent takes that an event, or a comment, was read to its end.
func (w *watchedBody) endEvent(now time.Time) {
	switch {
	case !w.comment:
		w.rhythm.event = now
	case w.rhythm.isOdd(now):
		w.suspected.want()
	}
}
