package client

import (
	"net/http"
	"time"
)

// tellClock passes on how far this PC's clock is ahead of that of the server that has sent res. The
// Date of an answer has whole seconds (RFC 9110, section 6.6.1). It counts only in an answer of our
// server: a page on the way there has a clock of its own.
func (r *reader) tellClock(res *http.Response, now time.Time) {
	if at, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		r.Clock(now.Sub(at.Add(time.Second / 2)))
	}
}
