package ipc

import (
	"time"

	"jumun/shared/order"
)

// A Command is the line a command such as "jumun status" sends to the running agent.
type Command struct {
	Do    string        `json:"do"`              // DoStatus, …
	Order order.OrderID `json:"order,omitempty"` // of DoAck
	PIN   string        `json:"pin,omitempty"`   // of DoQuit, if there is one
}

// What a Command can ask for.
const (
	DoStatus = "status" // what does the agent know?
	DoShow   = "show"   // a person started jumun again: open the settings window
	DoTest   = "test"   // sound a test alarm; the Report answers when it is done
	DoAck    = "ack"    // confirm an order
	DoReload = "reload" // the settings or the token were changed by another process: read them again
	DoQuit   = "quit"
)

// A Reply is the line that answers a Command.
type Reply struct {
	Status *Status     `json:"status,omitempty"` // of DoStatus
	Report *TestReport `json:"report,omitempty"` // of DoTest
	Error  string      `json:"error,omitempty"`  // why it was not done, for people
}

// The states of the connection to the server.
const (
	NotSet     = "not-set"    // the settings have no server or mart yet
	Connecting = "connecting" // not connected, for less than the patience of the bell
	Connected  = "connected"  // the stream is open and was heard lately
	Lost       = "lost"       // not connected for longer
	Refused    = "refused"    // a person has to do something: the reason is one of those below, or empty
)

// Why the connection is Refused.
const (
	RefusedUnpaired = "unpaired" // this PC has no token for that server and mart
	RefusedKeychain = "keychain" // the system does not give the token out: it is locked, say
	RefusedToken    = "token"    // the server does not know the token; it is asked again now and then
	RefusedExpired  = "expired"  // the token has ended; it is asked again now and then
	RefusedMart     = "mart"     // the token is not for this mart; it is asked again now and then
	RefusedRevoked  = "revoked"  // somebody unpaired this PC: it stops trying
)

// What the tray's icon can show in place of Connected.
const (
	IconWaiting   = "waiting"   // orders wait for a person
	IconAttention = "attention" // nothing can be heard or shown, or orders may be missing: a person has to look
)

// A Status is what the agent knows, as "jumun status" prints it.
type Status struct {
	State   string       `json:"state"`           // NotSet, …
	Reason  string       `json:"reason"`          // of Refused: RefusedUnpaired, …; else empty
	Since   time.Time    `json:"since"`           // of State
	Detail  string       `json:"detail"`          // why, when not connected: what the system or the server said
	Server  string       `json:"server"`          // its address
	Mart    order.MartID `json:"mart"`            //
	Paired  string       `json:"paired"`          // the mart for which this PC has a token, by name if it is known; empty: none
	Device  string       `json:"device"`          // the name of this PC
	LastID  order.ID     `json:"lastId"`          // of the newest event
	Waiting []Card       `json:"waiting"`         // the first MaxCards orders that nobody has confirmed, oldest first
	Orders  int          `json:"orders"`          // how many wait in all
	Gap     bool         `json:"gap"`             // orders of the mart may be missing, and nobody has looked
	Player  ChildStatus  `json:"sound"`           // the ring process
	UI      ChildStatus  `json:"window"`          // the window process
	Muted   string       `json:"muted"`           // why the system lets nothing be heard: Muted or NoVolume; empty if it does, or does not tell
	Paused  time.Time    `json:"paused,omitzero"` // sounds are paused until then; zero: they are not
	Closed  bool         `json:"closed"`          // it is outside business hours
	Disk    string       `json:"disk"`            // why orders are not stored; empty if they are
	Version string       `json:"version"`
	PID     int          `json:"pid"`
}

// A Part is how one of the children is.
type ChildStatus struct {
	State  string `json:"state"`            // PartIdle, …
	Detail string `json:"detail,omitempty"` // what the system said, of PartFailed
	PID    int    `json:"pid,omitempty"`    // of the running process
	Count  int64  `json:"count"`            // sounds played to their end; cards put on the screen
}

// The states of a Part.
const (
	ChildIdle    = "idle"    // not needed now, and worked when it last was
	ChildRunning = "running" // at work
	ChildFailed  = "failed"  // did not work when last needed; tried again at the next need
)
