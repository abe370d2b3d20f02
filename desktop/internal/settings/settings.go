// Package settings checks and stores what a person chose for this PC, and stores its tokens.
package settings

import "jumun/shared/order"

// Settings are what a person chooses. They are comparable with ==: no field is a pointer.
type Settings struct {
	Server   string       `json:"server"` // the server's address, such as https://jumun.example.com
	Mart     order.MartID `json:"mart"`
	Enrol    string       `json:"enrol,omitempty"`    // enrolment key that pairs this PC once, in the settings of an image; secret
	MartName MartName     `json:"martName,omitzero"`  // what the server calls a mart; see Settings.ShopName
	Device   string       `json:"device,omitempty"`   // name of this PC for people; empty: its name in the network
	Insecure bool         `json:"insecure,omitempty"` // allow an http address of another computer: anybody on the way can read the orders
	CA       string       `json:"ca,omitempty"`       // path of a PEM file with certificate authorities to trust beside the system's

	Volume float64 `json:"volume"`           // 0 to 1
	Tune   string  `json:"tune,omitempty"`   // the built-in sound of an order: TuneVoice, …
	Sound  string  `json:"sound,omitempty"`  // path of the user's own sound; empty: the built-in one
	Repeat int     `json:"repeat"`           // silence between two calls of an order, in seconds
	Raise  bool    `json:"raise,omitempty"`  // unmute the PC and turn it up while an alarm sounds
	Digits bool    `json:"digits,omitempty"` // read the last digits of the order's number after its sound
	Remind int     `json:"remind"`           // minutes until an order that nobody confirmed sounds different and louder; 0: never

	Aging    Aging `json:"aging"`
	Patience int   `json:"patience"` // seconds that a lost connection may take to come back before people are told
	Hours    Hours `json:"hours"`
	Awake    bool  `json:"awake"` // this PC does not fall asleep

	Language  string  `json:"language,omitempty"` // "ko" or "en"; empty: the system's
	Scale     float64 `json:"scale"`              // of all windows; 1 is the system's
	Flash     bool    `json:"flash,omitempty"`    // the edge of the screen flashes while an order rings
	Popup     Popup   `json:"popup,omitzero"`
	Login     bool    `json:"login"`               // start when this user logs in
	NoUpdates bool    `json:"noUpdates,omitempty"` // jumun does not replace itself by a newer version
	PIN       string  `json:"pin,omitempty"`       // hash of the PIN that opens the settings and ends jumun; empty: none

	Policy Policy `json:"-"` // what of it an administrator decided
}

// A MartName is the name of a mart for people, such as 강남점.
type MartName struct {
	Mart order.MartID `json:"mart"`
	Name string       `json:"name"`
}

// ShopName returns the name of s.Mart for people; "" if none is known.
func (s Settings) ShopName() string {
	if s.MartName.Mart != s.Mart { // the settings were for another mart before
		return ""
	}
	return s.MartName.Name
}

// WithoutSecrets returns s without the hash of the PIN and without the enrolment keys.
func (s Settings) WithoutSecrets() Settings {
	s.PIN, s.Enrol, s.Policy.Enrol = "", "", ""
	return s
}

// The built-in sounds of an order.
const (
	TuneVoice  = ""       // 주문~
	TuneVoice2 = "voice2" // 주문~, by a clearer voice
	TuneVoice3 = "voice3" // 주문~, by a man's voice
	TuneChime  = "chime"  // the two tones of a shop door
	TuneBell   = "bell"   // a counter bell
)

// Aging is when the card of a waiting order changes its colour, in minutes after the order
// was recorded.
type Aging struct {
	Late     int `json:"late"`     // 0: never
	VeryLate int `json:"veryLate"` // 0: never; else more than Late
}

// Popup is where the popup stands, and how large it is.
type Popup struct {
	Corner  string  `json:"corner,omitempty"`  // of the monitor: BottomRight, …
	Monitor string  `json:"monitor,omitempty"` // its name; empty, or one that is not plugged in: the main one
	Size    float64 `json:"size,omitempty"`    // so many times as large as other windows: 1 to 1.5; 0: 1
}

// The corners in which the popup may stand.
const (
	BottomRight = ""
	BottomLeft  = "bottom-left"
	TopRight    = "top-right"
	TopLeft     = "top-left"
)

// IsLeft reports whether the popup stands in one of the left corners.
func (p Popup) IsLeft() bool { return p.Corner == BottomLeft || p.Corner == TopLeft }

// IsTop reports whether the popup stands in one of the upper corners.
func (p Popup) IsTop() bool { return p.Corner == TopLeft || p.Corner == TopRight }

// Hours are when the store is open, by the PC's clock. If nothing is set, it always is.
type Hours struct {
	Open     string `json:"open,omitempty"`     // of every day: "09:00"
	Close    string `json:"close,omitempty"`    // of every day: "22:00"; if before Open: on the next day
	Break    string `json:"break,omitempty"`    // when the store is closed in between: "15:00-17:00"
	Week     Week   `json:"week,omitzero"`      // the days that have hours of their own
	Holidays string `json:"holidays,omitempty"` // days on which the store does not open: "12-25" each year, "2027-02-06" once
	Outside  string `json:"outside,omitempty"`  // what an order does outside the hours: OutsideRing, …
}

// A Week has the hours of each weekday, Sunday first: spans such as "11:00-15:00 17:00-21:00", DayOff or
// AllDay; empty: those of every day.
type Week [7]string

// A weekday without an opening, and one without an end.
const (
	DayOff = "off"
	AllDay = "00:00-00:00"
)

// What an order does outside business hours. An order that still waits when the store
// opens rings then.
const (
	OutsideRing   = ""       // it rings, as within them
	OutsidePopup  = "popup"  // it pops up without a sound
	OutsideSilent = "silent" // only the tray counts it
)

// Default returns the settings of a new installation. They have no server and no mart: a
// guessed address would look like a broken connection instead of a missing setting.
//
// An order calls every two seconds. After three minutes it sounds different: if somebody were
// on the way, they would be there by then. A guest waits gladly for one minute, and for five
// at most: then a card changes its colour. A connection that is back within 20 seconds is
// not worth a message.
func Default() Settings {
	return Settings{
		Volume: 0.8, Repeat: 2, Remind: 3,
		Aging: Aging{Late: 1, VeryLate: 5}, Patience: 20, Awake: true,
		Scale: 1, Login: true,
	}
}
