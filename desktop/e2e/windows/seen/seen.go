// Package seen is what the tests ask the probe inside Windows, and what it answers.
package seen

import "image"

// What a probe is asked to do.
const (
	Windows   = "windows"
	Children  = "children"
	Processes = "processes"
	Terminate = "terminate"
	Start     = "start" // starts Command without standard handles, as Explorer does
	Run       = "run"   // runs Args, or Command if it is given, and waits
	Post      = "post"
	Text      = "text"  // what is typed in Window
	Cover     = "cover" // puts Window on the whole screen, above all others, as tills do
)

// A Request is one line to a probe. Do says which of the other fields count.
type Request struct {
	Do             string
	Window         uint64            `json:",omitempty"`
	PID, Code      uint32            `json:",omitempty"`
	Command        string            `json:",omitempty"`
	Args           []string          `json:",omitempty"`
	Env            map[string]string `json:",omitempty"` // beside the probe's own; "" removes one
	Message        uint32            `json:",omitempty"`
	WParam, LParam uint64            `json:",omitempty"`
}

// An Answer is the line that follows.
type Answer struct {
	Error     string    `json:",omitempty"`
	Windows   []Window  `json:",omitempty"` // the highest first
	Processes []Process `json:",omitempty"`
	PID       uint32    `json:",omitempty"`
	Out, Err  string    `json:",omitempty"` // what was printed
	Code      int       `json:",omitempty"` // the exit code
}

// A Window is a window as Windows sees it.
type Window struct {
	Handle       uint64
	PID          uint32
	Class, Title string
	Visible      bool
	Foreground   bool // it has the keyboard
	ExStyle      uint32
	Bounds       image.Rectangle
}

// The extended styles that the tests look at.
const (
	Topmost    = 0x00000008
	ToolWindow = 0x00000080
	AppWindow  = 0x00040000
	NoActivate = 0x08000000
)

// A Process is a running program.
type Process struct {
	PID, Parent uint32
	Program     string // its file's name
}
