package ipc

import (
	"time"

	"jumun/shared/order"
)

// ToWindow is a line from the agent to the window process. Fields that are nil or empty say
// nothing. The end of the input ends the process with status 0.
type ToUI struct {
	Popup       *Popup        `json:"popup,omitempty"`    // from now on, show exactly this
	Settings    *SettingsView `json:"settings,omitempty"` // open the settings window, or answer a Save
	Report      *TestReport   `json:"report,omitempty"`   // how the test alarm goes
	OpenHistory bool          `json:"history,omitempty"`  // open the history
	Page        *HistoryPage  `json:"found,omitempty"`    // answers a Find
	Exported    *ExportResult `json:"exported,omitempty"` // answers an Export
	AskPIN      *AskPIN       `json:"quit,omitempty"`     // ask for the PIN that ends jumun
}

// AskPIN has a person asked for the PIN.
type AskPIN struct {
	Wrong string `json:"wrong,omitempty"` // why the last one was not taken, for people
}

// MaxCards is how many cards a Popup has at most: more than any screen shows, and few enough
// for a line.
const MaxCards = 100

// A Popup is everything that pops up; without cards and banner it hides.
type Popup struct {
	Cards  []Card `json:"cards"`          // oldest first
	More   int    `json:"more,omitempty"` // orders that wait beyond these
	Seq    int    `json:"seq"`            // counts the popups of a window process, from 1
	Banner Banner `json:"banner,omitzero"`
}

// A Banner is what people have to know beside the orders. It stands above the cards, or
// alone. The zero Banner is none.
type Banner struct {
	Tone  string    `json:"tone"`           // ToneBad, …
	Text  string    `json:"text"`           // what is so, in words
	Do    string    `json:"do,omitempty"`   // what to do about it, in words
	Until time.Time `json:"until,omitzero"` // it is so until then: the time left is shown
}

// The tones of a Banner.
const (
	ToneBad  = "bad"  // orders are being lost, or cannot come
	ToneWarn = "warn" // they come, and something is in the way
	ToneCalm = "calm" // good to know
)

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
	At      time.Time `json:"at,omitzero"`       // when it was recorded; zero: that is not shown
	Age     int       `json:"age,omitempty"`     // AgeNew, …
	Summary string    `json:"summary,omitempty"` // what was ordered, in one line; the publisher's words
	Amount  string    `json:"amount,omitempty"`  // the publisher's words, such as "12,000원"
}

// How long an order has waited, as Settings.Aging has it.
const (
	AgeNew = iota
	AgeLate
	AgeVeryLate
)

// FromWindow is a line from the window process to the agent. Fields that are empty
// say nothing.
type FromUI struct {
	Ready          bool    `json:"ready,omitempty"`   // the process is up and takes lines
	Shown          []Key   `json:"mapped,omitempty"`  // these cards are now on the screen
	Confirm        []Key   `json:"confirm,omitempty"` // a person confirmed these
	ConfirmAll     int     `json:"all,omitempty"`     // a person confirmed every order of the Popup with this Seq, those beyond its cards too; nothing if it was not the last
	Save           *Save   `json:"save,omitempty"`    // a person wants these settings; a SettingsView answers
	UnlockPIN      *string `json:"unlock,omitempty"`  // the PIN, as it was typed, for the settings; a SettingsView answers
	QuitPIN        *string `json:"quit,omitempty"`    // the PIN, as it was typed, to end jumun; an AskPIN answers a wrong one
	Test           bool    `json:"test,omitempty"`    // a person asks for a test alarm; Reports answer
	Preview        *Play   `json:"preview,omitempty"` // a person wants to hear this once
	Query          *Query  `json:"find,omitempty"`
	Export         *Export `json:"export,omitempty"`
	SettingsClosed bool    `json:"closed,omitempty"` // the settings window was closed
	HistoryClosed  bool    `json:"left,omitempty"`   // the history was closed
}
