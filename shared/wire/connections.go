package wire

import "time"

// MaxConnections is how many entries an answer to ConnectionsPattern has at most.
const MaxConnections = 2000

// Connections is what happened to the connections of the devices of a mart: the answer to an admin.
type Connections struct {
	Connections []Connection `json:"connections"` // oldest first, never null
}

// A Connection is something that happened to the connection of a device.
type Connection struct {
	Device string    `json:"device"`
	Name   string    `json:"name,omitempty"`
	Event  string    `json:"event"` // ConnectionCame, …
	At     time.Time `json:"at"`
	Why    string    `json:"why,omitempty"` // of ConnectionSilent: the problems that it reported, Problem…

	// Anew is how often one that came has connected anew since, within 20 s or with no gap, and LastAt the last
	// time. A stream ends after serve --lifetime, or up to twice that, so once or twice an hour is as it should be.
	Anew   int       `json:"anew,omitempty"`
	LastAt time.Time `json:"lastAt,omitzero"`
}

// What happens to a connection. Accept others.
const (
	ConnectionCame    = "came"
	ConnectionLost    = "lost"    // it ended, and the device had not said why: no network, no power, a server that ended
	ConnectionAsleep  = "asleep"  // the device has reported that it falls asleep
	ConnectionQuit    = "quit"    // a person has ended the program
	ConnectionSilent  = "silent"  // the device has reported that orders cannot be heard
	ConnectionHeard   = "heard"   // it has reported that they can again
	ConnectionFrozen  = "frozen"  // it is connected, and has stopped reporting
	ConnectionRevoked = "revoked" // it may not hear the mart any more
)
