package ipc

import "jumun/shared/order"

// A Command is the line that a command such as "jumun status" sends to the running agent.
type Command struct {
	Do    string        `json:"do"`              // DoStatus, …
	Order order.OrderID `json:"order,omitempty"` // of DoAck
	PIN   string        `json:"pin,omitempty"`   // of DoQuit and DoCheckPIN, if there is a PIN

	Session string `json:"session,omitempty"` // of DoShow: platform.Session of who asks
	Link    string `json:"link,omitempty"`    // of DoShow: a wire.PairingLink that a person opened
	Quiet   bool   `json:"quiet,omitempty"`   // of DoShow: no person asked for it, so nothing is shown
}

// What a Command can ask for.
const (
	DoStatus   = "status" // report the Status
	DoShow     = "show"   // a person started jumun again: open the settings window
	DoTest     = "test"   // sound a test alarm; the reply comes when the TestReport is complete
	DoAck      = "ack"    // confirm an order
	DoCheckPIN = "pin"    // fail unless the PIN is right: another process is about to change the settings
	DoReload   = "reload" // another process changed the settings or the token: read them again
	DoQuit     = "quit"
)

// A Reply is the line that answers a Command.
type Reply struct {
	Status *Status     `json:"status,omitempty"` // of DoStatus
	Report *TestReport `json:"report,omitempty"` // of DoTest
	Yields bool        `json:"yields,omitempty"` // to DoShow from a newer session: the agent ends, to make room for one there
	Error  string      `json:"error,omitempty"`  // why the command failed, for people
}
