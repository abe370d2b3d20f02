package ipc

// A TestReport (agent → ui process, and in a Reply) is the progress of a test alarm: every
// part that an order passes, in that sequence.
type TestReport struct {
	Steps []TestStep `json:"steps"`
	Done  bool       `json:"done"` // no step is open any more
}

// A TestStep is one part of a test alarm.
type TestStep struct {
	Name   string `json:"name"`             // StepServer, …
	State  string `json:"state"`            // StepOpen, StepGood or StepBad
	Detail string `json:"detail,omitempty"` // of StepBad: what is wrong and what to do, for people
}

// The steps of a test alarm.
const (
	StepServer = "server" // the server answers, and accepts the token
	StepStream = "stream" // the stream of orders is open
	StepDisk   = "disk"   // orders are stored
	StepSound  = "sound"  // the sound device took the sound, and it left the system's mixer loud enough, as far as the system tells
	StepWindow = "window" // the card is on the screen
	StepAwake  = "awake"  // this PC does not fall asleep; not of a PC that may
)

// The states of a TestStep.
const (
	StepOpen = "open"
	StepGood = "good"
	StepBad  = "bad"
)
