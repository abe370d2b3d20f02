package ipc

// A Report is how a test alarm goes: every part that an order passes, in its order.
type TestReport struct {
	Steps []TestStep `json:"steps"`
	Done  bool       `json:"done"` // no step is open any more
}

// A Step is one part of the way.
type TestStep struct {
	Name   string `json:"name"`             // StepServer, …
	State  string `json:"state"`            // StepOpen, StepGood or StepBad
	Detail string `json:"detail,omitempty"` // of StepBad: what is wrong and what to do, for people
}

// The steps of a test alarm.
const (
	StepServer = "server" // the server answers, and takes our token
	StepStream = "stream" // orders are being listened to
	StepDisk   = "disk"   // orders are stored
	StepSound  = "sound"  // the speaker took the sound, and is not muted
	StepWindow = "window" // the card is on the screen
)

// The states of a Step.
const (
	StepOpen = "open"
	StepGood = "good"
	StepBad  = "bad"
)
