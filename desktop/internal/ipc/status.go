package ipc

import (
	"time"

	"jumun/shared/order"
)

// A Status is what the agent knows, as "jumun status" prints it.
type Status struct {
	State       string       `json:"state"`                // of the connection: NotSet, …
	Reason      string       `json:"reason"`               // of Refused: RefusedUnpaired, …; else empty
	Since       time.Time    `json:"since"`                // when State began
	Detail      string       `json:"detail"`               // why it is not connected: the system's or the server's message
	Server      string       `json:"server"`               // its address
	Mart        order.MartID `json:"mart"`                 //
	MartName    string       `json:"martName,omitempty"`   // for people; empty: not known
	Paired      string       `json:"paired"`               // the mart for which this PC has a token; empty: none
	PairingEnds time.Time    `json:"pairingEnds,omitzero"` // when that token ends for good; zero: the server renews it
	Device      string       `json:"device"`               // the name of this PC
	LastID      order.ID     `json:"lastId"`               // of the newest event
	Waiting     []Card       `json:"waiting"`              // the first MaxCards orders that nobody has confirmed, oldest first
	Orders      int          `json:"orders"`               // how many orders wait in all
	Old         int          `json:"old"`                  // how many of Orders have waited for more than 72 hours: they are not in Waiting
	Cancelled   []Card       `json:"cancelled"`            // the first MaxCards orders that were withdrawn and of which nobody has read that, oldest first
	Gap         bool         `json:"gap"`                  // orders of the mart may be missing, and nobody has said that they looked
	Unreadable  bool         `json:"unreadable"`           // that is because an order came that this version cannot read
	Player      ChildStatus  `json:"sound"`                // the player process
	UI          ChildStatus  `json:"window"`               // the ui process
	Muted       string       `json:"muted"`                // why sounds are not heard well: Muted, NoVolume, ProgramMuted, Quiet or Away; empty: they are, or the system does not tell
	Paused      time.Time    `json:"paused,omitzero"`      // sounds are paused until then; zero: they are not
	Closed      bool         `json:"closed"`               // it is outside business hours
	Awake       bool         `json:"awake"`                // this PC is kept from falling asleep
	AwakeError  string       `json:"awakeError"`           // why it cannot be, though it should; empty: it can, or should not
	Disk        string       `json:"disk"`                 // why orders are not stored; empty: they are
	ClockAhead  int          `json:"clockAhead"`           // how far this PC's clock is ahead of the server's, in seconds; negative: behind
	Version     string       `json:"version"`
	Newer       string       `json:"newer,omitempty"` // the version that this PC could have and does not take by itself; empty: none
	PID         int          `json:"pid"`

	Managed     []string `json:"managed,omitempty"`     // the settings that an administrator decided, by their names in the file
	PolicyError string   `json:"policyError,omitempty"` // why values of the administrator's policy are not used; empty: all are
}

// The states of the connection to the server.
const (
	NotSet     = "not-set"    // the settings have no server or mart yet
	Connecting = "connecting" // not connected, for less than the patience of the settings
	Connected  = "connected"  // the stream is open, and something was received lately
	Lost       = "lost"       // not connected for longer
	Refused    = "refused"    // a person has to act: the reason is one of those below, or empty
)

// Why the connection is Refused.
const (
	RefusedEnrol    = "enrol"    // this PC has no token, and the server does not take its enrolment key
	RefusedUnpaired = "unpaired" // this PC has no token for that server and mart
	RefusedKeychain = "keychain" // the system does not give the token: it is locked, say
	RefusedToken    = "token"    // the server does not know the token; the client tries again now and then
	RefusedExpired  = "expired"  // the token has expired; the client tries again now and then
	RefusedMart     = "mart"     // the token is for another mart; the client tries again now and then
	RefusedRevoked  = "revoked"  // somebody unpaired this PC: the client has stopped
)

// What the tray's icon shows in place of Connected.
const (
	IconWaiting   = "waiting"   // orders wait for a person
	IconAttention = "attention" // nothing can be heard or shown, or orders may be missing: a person has to look
)

// A ChildStatus is the status of a child process.
type ChildStatus struct {
	State  string `json:"state"`            // ChildIdle, …
	Detail string `json:"detail,omitempty"` // of ChildFailed: the system's message
	PID    int    `json:"pid,omitempty"`    // of the running process
	Count  int64  `json:"count"`            // sounds played to their end, or cards shown
}

// The states of a child process.
const (
	ChildIdle    = "idle"    // not needed now; it worked when it was last needed
	ChildRunning = "running" // at work
	ChildFailed  = "failed"  // it failed when it was last needed; it is started again at the next need
)
