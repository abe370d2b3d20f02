package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

const (
	// defaultPatience is how long a lost connection may take to come back before people are told,
	// if the settings have no other value: an alarm at every hiccup would teach people to
	// ignore it.
	defaultPatience = 20 * time.Second
	// repeatLost is how soon people are told again that the connection is still lost: orders
	// that cannot come must not look like a quiet day, and perhaps nobody was in the room.
	repeatLost = 10 * time.Minute
)

// A connection is the state of the connection to the server, and what people know of it.
type connection struct {
	state       string // ipc.NotSet, Connecting, Connected or Refused
	since       time.Time
	lostSince   time.Time // when the outage began; zero while connected
	connectedAt time.Time // when it last connected; zero: never
	toldAt      time.Time // when people were last told of this outage; zero: not yet
	wasHeard    bool      // the sound that told them was heard
	returned    bool      // it is connected again, and people should hear that
}

// SetConnection sets the state of the connection: ipc.NotSet, Connecting, Connected or Refused.
// Decide itself finds out that a connection is Lost.
func (d *Decider) SetConnection(state string, now time.Time) {
	c := &d.connection
	if state == c.state {
		return
	}
	was := *c
	*c = connection{state: state, since: now, connectedAt: was.connectedAt}
	switch state {
	case ipc.NotSet:
		c.connectedAt = time.Time{}
	case ipc.Connected:
		c.connectedAt, c.returned = now, was.wasHeard || d.playing == causeLost
	default:
		c.toldAt, c.wasHeard, c.lostSince = was.toldAt, was.wasHeard, was.lostSince
		if c.lostSince.IsZero() {
			c.lostSince = now
		}
	}
}

// reported returns the state that people see, and when it began.
func (c *connection) reported(at time.Time, s settings.Settings) (string, time.Time) {
	switch {
	case c.state == "":
		return ipc.NotSet, c.since
	case c.state == ipc.Connecting && !at.Before(c.lostAt(s)):
		return ipc.Lost, c.lostSince
	}
	return c.state, c.since
}

// lostAt returns when the patience with an outage ends; zero: there is none.
func (c *connection) lostAt(s settings.Settings) time.Time {
	if c.state != ipc.Connecting {
		return time.Time{}
	}
	patience := defaultPatience
	if s.Patience > 0 {
		patience = time.Duration(s.Patience) * time.Second
	}
	return c.lostSince.Add(patience)
}

// repeatAt returns when people are told again of the outage; zero: they were not told yet.
func (c *connection) repeatAt() time.Time {
	if c.toldAt.IsZero() {
		return time.Time{}
	}
	return c.toldAt.Add(repeatLost)
}

// lostDue reports whether the loss should be heard. A refusal needs no patience: trying
// again will not help.
func (c *connection) lostDue(at time.Time, s settings.Settings) bool {
	state, _ := c.reported(at, s)
	return (state == ipc.Lost || state == ipc.Refused) && !at.Before(c.repeatAt())
}

// markTold records that people were told of this outage, and whether they could hear it.
func (c *connection) markTold(now time.Time, heard bool) {
	if !c.lostSince.IsZero() {
		c.toldAt, c.wasHeard = now, c.wasHeard || heard
	}
}
