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
	Again = 10 * time.Minute
)

// A line is the connection to the server, as people hear of it.
type line struct {
	state     string // ipc.NotSet, Connecting, Connected or Refused
	since     time.Time
	downSince time.Time // when it was last up; zero while it is up
	upSince   time.Time // when it was last made; zero: never
	toldAt    time.Time // when people last heard that it is down; zero: not of this outage
	heard     bool      // they did hear it
	back      bool      // it is up again, and people are to hear that
}

// Linked takes a state of the connection: ipc.NotSet, Connecting, Connected, Refused.
func (b *Bell) Linked(state string, now time.Time) {
	l := &b.line
	if state == l.state {
		return
	}
	was := *l
	*l = line{state: state, since: now, upSince: was.upSince}
	switch state {
	case ipc.NotSet:
		l.upSince = time.Time{}
	case ipc.Connected:
		l.upSince, l.back = now, was.heard || b.played == theLoss
	default:
		l.toldAt, l.heard, l.downSince = was.toldAt, was.heard, was.downSince
		if l.downSince.IsZero() {
			l.downSince = now
		}
	}
}

// told is the state that people are told, and its beginning.
func (l *line) told(at time.Time, s settings.Settings) (string, time.Time) {
	switch {
	case l.state == "":
		return ipc.NotSet, l.since
	case l.state == ipc.Connecting && !at.Before(l.lostAt(s)):
		return ipc.Lost, l.downSince
	}
	return l.state, l.since
}

// lostAt is when the patience with a connection ends; zero: it is not being waited for.
func (l *line) lostAt(s settings.Settings) time.Time {
	if l.state != ipc.Connecting {
		return time.Time{}
	}
	patience := Patience
	if s.Patience > 0 {
		patience = time.Duration(s.Patience) * time.Second
	}
	return l.downSince.Add(patience)
}

// againAt is when people are told again that the connection is down; zero: they have not
// been told.
func (l *line) againAt() time.Time {
	if l.toldAt.IsZero() {
		return time.Time{}
	}
	return l.toldAt.Add(Again)
}

// lostDue reports whether the loss should be heard. A refusal needs no patience: trying
// again will not help.
func (l *line) lostDue(at time.Time, s settings.Settings) bool {
	state, _ := l.told(at, s)
	return (state == ipc.Lost || state == ipc.Refused) && !at.Before(l.againAt())
}

// tell notes that people were told of this outage, and whether they could hear it.
func (l *line) tell(now time.Time, heard bool) {
	if !l.downSince.IsZero() {
		l.toldAt, l.heard = now, l.heard || heard
	}
}
