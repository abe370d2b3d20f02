package ipc

import (
	"time"

	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// ToUI is a line from the agent to the ui process. A field that is nil or false changes
// nothing. The end of its input ends the process with status 0.
type ToUI struct {
	Popup       *Popup        `json:"popup,omitempty"`    // from now on, show exactly this
	Settings    *SettingsView `json:"settings,omitempty"` // opens the settings window; or answers a Save or an UnlockPIN
	Report      *TestReport   `json:"report,omitempty"`   // the progress of the test alarm
	OpenHistory bool          `json:"history,omitempty"`
	Page        *HistoryPage  `json:"found,omitempty"`    // answers a Query
	Exported    *ExportResult `json:"exported,omitempty"` // answers an Export
	AskPIN      *AskPIN       `json:"quit,omitempty"`
}

// AskPIN makes the ui process ask for the PIN that ends jumun.
type AskPIN struct {
	None  bool   `json:"none,omitempty"`  // there is no PIN: it asks only whether to end jumun, and answers an empty one
	Wrong string `json:"wrong,omitempty"` // why the last PIN was refused, for people
}

// MaxCards is the largest number of order cards in a Popup: more than any screen shows, and
// few enough for a line.
const MaxCards = 100

// A Popup is everything that the popup shows. Without cards, banner and undo the popup is hidden.
type Popup struct {
	Cards       []Card         `json:"cards"`          // those that are not orders, then the orders, oldest first; the order that came last is always among them
	More        int            `json:"more,omitempty"` // how many orders wait beyond Cards
	Seq         int            `json:"seq"`            // counts the popups of one ui process, from 1
	Banner      Banner         `json:"banner,omitzero"`
	Place       settings.Popup `json:"place,omitzero"`
	Flash       bool           `json:"flash,omitempty"`      // the edge of the screen flashes
	PausedUntil time.Time      `json:"pausedUntil,omitzero"` // sounds are paused until then; zero: they are not
	Undo        Undo           `json:"undo,omitzero"`
}

// An Undo is a line about what was just confirmed, with a button that takes that back. The zero
// Undo is none.
type Undo struct {
	Text string `json:"text"`         // for people
	Key  Key    `json:"key,omitzero"` // of the one card that was confirmed; zero: there were several, or none
	N    int    `json:"n,omitempty"`  // names what FromUI.Undo takes back; 0: there is no button
}

// A Banner is what people have to know besides the orders. It stands above the cards, or
// alone. The zero Banner is none.
type Banner struct {
	Tone  string    `json:"tone"`           // ToneBad, …
	Kind  string    `json:"kind,omitempty"` // differs where the cause does: another text of one cause is no news
	Text  string    `json:"text"`           // what is wrong, for people
	Do    string    `json:"do,omitempty"`   // what to do about it, for people
	Until time.Time `json:"until,omitzero"` // when it ends: the time left is shown; zero: not known
}

// The tones of a Banner.
const (
	ToneBad  = "bad"  // orders are being lost, or cannot arrive
	ToneWarn = "warn" // orders arrive, and something is in the way
	ToneCalm = "calm" // good to know
)

// A Key identifies a card: several orders may have the same number, and a test is no order.
type Key struct {
	Mart  order.MartID  `json:"mart"`
	ID    order.ID      `json:"id,omitempty"`    // of the event of an order, or of CardOffice
	Order order.OrderID `json:"order,omitempty"` // its number; of CardTest, what is shown in its place
	Kind  string        `json:"kind,omitempty"`  // CardOrder, …
}

// The kinds of cards.
const (
	CardOrder      = ""           // an order that nobody has confirmed
	CardCancelled  = "cancelled"  // an order that was withdrawn, and nobody has read that
	CardGap        = "gap"        // orders of the mart may be missing, and nobody has said that they looked
	CardUnreadable = "unreadable" // the same, because an order came that this version cannot read
	CardOld        = "old"        // the orders that have waited for more than 72 hours, together
	CardTest       = "test"       // a test alarm
	CardOffice     = "office"     // a test alarm of the head office
)

// A Card is one thing that waits for a person.
type Card struct {
	Key
	At        time.Time `json:"at,omitzero"`         // when the order was recorded, or withdrawn; zero: no time is shown
	Age       int       `json:"age,omitempty"`       // AgeNew, …
	N         int       `json:"n,omitempty"`         // of CardOld: how many orders
	MartName  string    `json:"martName,omitempty"`  // for people; empty: not known
	Escalated bool      `json:"escalated,omitempty"` // people outside of the store were told that nobody answers it
	Summary   string    `json:"summary,omitempty"`   // what was ordered, in one line; the publisher's text
	Amount    string    `json:"amount,omitempty"`    // the publisher's text, such as "12,000원"
}

// How long an order has waited, by settings.Aging.
const (
	AgeNew = iota
	AgeLate
	AgeVeryLate
)

// FromUI is a line from the ui process to the agent: one thing that happened. All other
// fields are zero.
type FromUI struct {
	Ready          bool    `json:"ready,omitempty"`   // the process is up and takes lines
	NoOpenGL       bool    `json:"noGL,omitempty"`    // it ends, because the system draws nothing for it; no Ready comes before
	Alive          bool    `json:"alive,omitempty"`   // its windows answer; sent every AliveInterval
	Shown          []Key   `json:"mapped,omitempty"`  // these cards are on the screen now
	Confirm        []Key   `json:"confirm,omitempty"` // a person confirmed these cards
	ConfirmAll     int     `json:"all,omitempty"`     // a person confirmed every order of the Popup with this Seq, also those beyond its cards; ignored if a newer Popup was sent
	Undo           int     `json:"undo,omitempty"`    // a person takes back what the Undo with this N is about
	PauseSound     bool    `json:"pause,omitempty"`   // a person pauses all sounds for a while
	ResumeSound    bool    `json:"resume,omitempty"`  // a person ends that pause
	OpenHistory    bool    `json:"history,omitempty"` // a person wants to see the history
	Reopen         *Key    `json:"reopen,omitempty"`  // a person takes the confirmation of this order back
	Save           *Save   `json:"save,omitempty"`    // a person wants these settings; a SettingsView answers
	WrongShop      bool    `json:"wrong,omitempty"`   // a person says that the SettingsView's Shop is not theirs; a SettingsView answers
	UnlockPIN      *string `json:"unlock,omitempty"`  // the PIN for the settings, as typed; a SettingsView answers
	QuitPIN        *string `json:"quit,omitempty"`    // the PIN that ends jumun, as typed; an AskPIN answers a wrong one
	Test           bool    `json:"test,omitempty"`    // a person wants a test alarm; TestReports answer
	Preview        *Play   `json:"preview,omitempty"` // a person wants to hear this once
	Query          *Query  `json:"find,omitempty"`    // a HistoryPage answers
	Export         *Export `json:"export,omitempty"`  // an ExportResult answers
	SettingsClosed bool    `json:"closed,omitempty"`
	HistoryClosed  bool    `json:"left,omitempty"`
}
