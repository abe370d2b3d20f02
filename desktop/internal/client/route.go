package client

import "time"

const (
	// So many in a row are no accident. A wrong guess costs nothing but requests: polls
	// bring the same orders.
	enough = 2
	// Who polls tries a stream again after this long: networks change when a person
	// moves a cable or an inspection is switched off, not by the minute, and while a
	// stream is swallowed again orders wait for up to headerLimit.
	pollFor = 10 * time.Minute
)

// A way is how the next events are asked for.
type way int

const (
	byStream    way = iota
	byLongPoll      // answered when there is something
	byShortPoll     // answered at once
)

// A route decides which way to go, by how the ways before have ended.
// The zero value begins with a stream.
type route struct {
	swallowed int       // streams in a row of which nothing came
	since     time.Time // when polling began, or a stream was last tried; zero: not polling
	answered  bool      // a poll was, since polling began
	unsure    bool      // of polls: the last thing that was tried failed
	lost      int       // long polls in a row that failed although short ones did not
	hurried   bool      // of polls: try a stream as soon as one was answered
}

func (r *route) polling() bool { return !r.since.IsZero() }

// next is the way to go at now.
func (r *route) next(now time.Time) way {
	switch {
	case !r.polling() || now.Sub(r.since) >= pollFor:
		return byStream
	case r.unsure:
		return byShortPoll
	case r.hurried:
		return byStream
	case r.lost >= enough:
		return byShortPoll
	}
	return byLongPoll
}

// hurry has polls asked at once, for what there is, and then a stream tried: the network
// may be another since now, but while a stream is swallowed no order comes.
func (r *route) hurry(now time.Time) {
	if r.polling() {
		r.since, r.unsure, r.hurried = now, true, true
	}
}

// streamed takes note of how a stream ended at now.
func (r *route) streamed(end ending, now time.Time) {
	switch {
	case end.connected:
		*r = route{}
	case r.polling():
		r.since, r.unsure, r.hurried = now, true, false
	case !end.swallowed:
		r.swallowed = 0
	default:
		if r.swallowed++; r.swallowed >= enough {
			r.since, r.unsure = now, true
		}
	}
}

// polled takes note of how a poll ended: nil is an answer.
func (r *route) polled(w way, end *ending) {
	switch {
	case end == nil && w == byLongPoll:
		r.lost = 0
	case end == nil:
		r.unsure, r.answered = false, true
	case w == byLongPoll:
		r.lost++
		r.unsure = true
	case !r.answered && !end.refused && end.asked == 0:
		// Polls get through no better, and no server has said what to do. Streams are
		// the better thing to wait for, and if one is swallowed, polls get their turn.
		*r = route{swallowed: enough - 1}
	default:
		r.unsure = true
		if r.lost < enough { // it was the server, not the waiting
			r.lost = 0
		}
	}
}
