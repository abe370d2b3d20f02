package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

const (
	// Patience is how long a lost connection may take to come back before people are
	// told, if the settings do not say: an alarm at every hiccup would teach them to
	// ignore it.
	Patience = 20 * time.Second
	// Again is how soon people are told again of a connection that is still not there: an
	// alarm that cannot come must not look like a quiet day, and nobody may have been in
	// the room.
	RepeatLost = 10 * time.Minute
)

// A line is the connection to the server, as people hear of it.
type connection struct {
	state       string // ipc.NotSet, Connecting, Connected or Refused
	since       time.Time
	lostSince   time.Time // when it was last up; zero while it is up
	connectedAt time.Time // when it was last made; zero: never
	toldAt      time.Time // when people last heard that it is down; zero: not of this outage
	wasHeard    bool      // they did hear it
	returned    bool      // it is up again, and people are to hear that
}

// Linked takes a state of the connection: ipc.NotSet, Connecting, Connected, Refused.
func (b *Decider) SetConnection(state string, now time.Time) {
	l := &b.connection
	if state == l.state {
		return
	}
	was := *l
	*l = connection{state: state, since: now, connectedAt: was.connectedAt}
	switch state {
	case ipc.NotSet:
		l.connectedAt = time.Time{}
	case ipc.Connected:
		l.connectedAt, l.returned = now, was.wasHeard || b.playing == causeLost
	default:
		l.toldAt, l.wasHeard, l.lostSince = was.toldAt, was.wasHeard, was.lostSince
		if l.lostSince.IsZero() {
			l.lostSince = now
		}
	}
}

// told is the state that people are told, and its beginning.
func (l *connection) reported(at time.Time, s settings.Settings) (string, time.Time) {
	switch {
	case l.state == "":
		return ipc.NotSet, l.since
	case l.state == ipc.Connecting && !at.Before(l.lostAt(s)):
		return ipc.Lost, l.lostSince
	}
	return l.state, l.since
}

// lostAt is when the patience with a connection ends; zero: it is not being waited for.
func (l *connection) lostAt(s settings.Settings) time.Time {
	if l.state != ipc.Connecting {
		return time.Time{}
	}
	patience := Patience
	if s.Patience > 0 {
		patience = time.Duration(s.Patience) * time.Second
	}
	return l.lostSince.Add(patience)
}

// againAt is when people are told again that the connection is down; zero: they have not
// been told.
func (l *connection) repeatAt() time.Time {
	if l.toldAt.IsZero() {
		return time.Time{}
	}
	return l.toldAt.Add(RepeatLost)
}

// lostDue reports whether the loss should be heard. A refusal needs no patience: trying
// again will not help.
func (l *connection) lostDue(at time.Time, s settings.Settings) bool {
	state, _ := l.reported(at, s)
	return (state == ipc.Lost || state == ipc.Refused) && !at.Before(l.repeatAt())
}

// tell notes that people were told of this outage, and whether they could hear it.
func (l *connection) markTold(now time.Time, heard bool) {
	if !l.lostSince.IsZero() {
		l.toldAt, l.wasHeard = now, l.wasHeard || heard
	}
}
