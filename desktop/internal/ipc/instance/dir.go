package instance

import (
	"os"
	"path/filepath"
)

// A SetupError is why the directory of the session cannot be used. A person can repair that.
type SetupError struct {
	ID   string // of the message that says what to do; it takes Path and Cause
	Text string // the same for the log
	Path string // "" if there is none
	Err  error  // nil if the system reported none
}

func (e *SetupError) Error() string {
	text := e.Text
	if e.Path != "" {
		text += ": " + e.Path
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *SetupError) Unwrap() error { return e.Err }

// A Place is where an agent and commands meet.
type Place struct {
	Data string // the directory with the lock: that of the journal of orders
	Run  string // the directory with the socket: that of the session
}

// Find returns the place of the agent that writes into a directory. Start creates it. The error is a
// *SetupError.
func Find(data string) (Place, error) {
	run, err := runDir()
	return Place{Data: data, Run: run}, err
}

// address returns where the agent listens: it has written it down, since it may be of another session.
func (at Place) address() string {
	if address, err := os.ReadFile(filepath.Join(at.Data, addressName)); err == nil && filepath.IsAbs(string(address)) {
		return string(address)
	}
	return at.newAddress()
}
