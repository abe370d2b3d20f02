package pipe

import (
	"time"

	"jumun/shared/order"
)

// ToWindow is a line from the agent to the window process. Fields that are nil say
// nothing. The end of the input ends the process with status 0.
type ToWindow struct {
	Popup    *Popup        `json:"popup,omitempty"`    // from now on, show exactly this
	Settings *SettingsView `json:"settings,omitempty"` // open the settings window, or answer a Save
}

// A Popup is everything that pops up; no cards hides it.
type Popup struct {
	Cards []Card `json:"cards"` // oldest first
}

// A Key tells cards apart: two marts may use one number, and a test is no order.
type Key struct {
	Mart  order.MartID  `json:"mart"`
	Order order.OrderID `json:"order,omitempty"` // of CardOrder, and what a test shows in its place
	Kind  string        `json:"kind,omitempty"`  // CardOrder, …
}

// The kinds of cards.
const (
	CardOrder = ""     // an order that nobody has confirmed
	CardGap   = "gap"  // orders of the mart may be missing, and nobody has looked
	CardTest  = "test" // a test alarm
)

// A Card is one thing that waits for a person.
type Card struct {
	Key
	At time.Time `json:"at,omitzero"` // when it was recorded; zero: that is not shown
}

// A SettingsView is what the settings window shows.
type SettingsView struct {
	Settings Settings          `json:"settings"`
	Paired   string            `json:"paired,omitempty"`   // the mart for which this PC has a token, by name if it is known; empty: none
	Notice   string            `json:"notice,omitempty"`   // one line above the form, such as a corrupt file's
	Problems map[string]string `json:"problems,omitempty"` // by the JSON name of a setting: why it was not saved
	Saved    bool              `json:"saved,omitempty"`    // answers a Save that was stored
}

// Settings are what a person chooses. Package settings checks and stores them.
type Settings struct {
	Server   string       `json:"server"` // the server's address, such as https://jumun.example.com
	Mart     order.MartID `json:"mart"`
	Device   string       `json:"device,omitempty"`   // the name of this PC, for people; empty: its name in the network
	Insecure bool         `json:"insecure,omitempty"` // an http address of another computer is allowed: anybody on the way can read the orders
	CA       string       `json:"ca,omitempty"`       // path of a PEM file with certificate authorities to trust beside the system's
	Volume   float64      `json:"volume"`             // 0 to 1
	Sound    string       `json:"sound,omitempty"`    // path of the user's own sound; empty: the built-in one
}

// A Save is what a person wants stored. With a Code the PC is paired first: nothing is
// stored if that fails.
type Save struct {
	Settings
	Code string `json:"code,omitempty"` // a pairing code, as it was typed; used once and not kept
}

// FromWindow is a line from the window process to the agent. Fields that are empty
// say nothing.
type FromWindow struct {
	Ready   bool  `json:"ready,omitempty"`   // the process is up and takes lines
	Mapped  []Key `json:"mapped,omitempty"`  // these cards are now on the screen
	Confirm []Key `json:"confirm,omitempty"` // a person confirmed these
	Save    *Save `json:"save,omitempty"`    // a person wants these settings; a SettingsView answers
	Test    bool  `json:"test,omitempty"`    // a person asks for a test alarm
	Closed  bool  `json:"closed,omitempty"`  // the settings window was closed
}
