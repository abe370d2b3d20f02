package client

import "time"

const (
	// tryOtherAfter is how many failures in a row are no accident. A wrong guess only costs
	// requests: polls bring the same orders.
	tryOtherAfter = 2
	// tryStreamEvery is how often a client that polls tries a stream: networks change when a
	// person moves a cable or switches an inspection off, not by the minute, and while a
	// stream is swallowed orders wait for up to headerLimit.
	tryStreamEvery = 10 * time.Minute
)

// A way is how events are asked for.
type way int

const (
	byStream    way = iota
	byLongPoll      // answered when there is something
	byShortPoll     // answered at once
)

// A route chooses the next way by how the attempts before have ended. The zero value begins
// with a stream.
type route struct {
	swallowed    int       // streams in a row of which no byte came
	since        time.Time // when polling began, or a stream was last tried; zero: not polling
	answered     bool      // a poll was answered since polling began
	unsure       bool      // while polling: the last attempt failed
	lost         int       // long polls in a row that failed although short ones did not
	reconnecting bool      // while polling: try a stream as soon as a poll was answered
}

func (r *route) polling() bool { return !r.since.IsZero() }

// next returns the way of the attempt at now.
func (r *route) next(now time.Time) way {
	switch {
	case !r.polling() || now.Sub(r.since) >= tryStreamEvery:
		return byStream
	case r.unsure:
		return byShortPoll
	case r.reconnecting:
		return byStream
	case r.lost >= tryOtherAfter:
		return byShortPoll
	}
	return byLongPoll
}

// reconnect makes the next attempt a poll, for what there is, and the one after that a stream: the
// network may have changed, but while a stream is swallowed no order comes.
func (r *route) reconnect(now time.Time) {
	if r.polling() {
		r.since, r.unsure, r.reconnecting = now, true, true
	}
}

// streamed notes how a stream ended at now.
func (r *route) streamed(end ending, now time.Time) {
	switch {
	case end.heldBack:
		*r = route{since: now, unsure: true}
	case end.connected:
		*r = route{}
	case r.polling():
		r.since, r.unsure, r.reconnecting = now, true, false
	case !end.swallowed:
		r.swallowed = 0
	default:
		if r.swallowed++; r.swallowed >= tryOtherAfter {
			r.since, r.unsure = now, true
		}
	}
}

// polled notes how a poll ended: nil is an answer.
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
		// Polls do not get through either, and no server has said what to do. Streams are
		// better to wait for; if another one is swallowed, polls get their turn.
		*r = route{swallowed: tryOtherAfter - 1}
	default:
		r.unsure = true
		if r.lost < tryOtherAfter { // the server failed, not the long wait
			r.lost = 0
		}
	}
}
