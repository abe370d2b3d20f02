package settings

import "jumun/shared/order"

// Settings are what a person chooses. Two are the same if they are equal: nothing in them is a pointer.
type Settings struct {
	Server   string       `json:"server"` // the server's address, such as https://jumun.example.com
	Mart     order.MartID `json:"mart"`
	Device   string       `json:"device,omitempty"`   // the name of this PC, for people; empty: its name in the network
	Insecure bool         `json:"insecure,omitempty"` // an http address of another computer is allowed: anybody on the way can read the orders
	CA       string       `json:"ca,omitempty"`       // path of a PEM file with certificate authorities to trust beside the system's

	Volume float64 `json:"volume"`          // 0 to 1
	Tune   string  `json:"tune,omitempty"`  // which built-in sound an order has: TuneVoice, …
	Sound  string  `json:"sound,omitempty"` // path of the user's own sound in its place; empty: the built-in one
	Repeat int     `json:"repeat"`          // silence between two calls of an order, in seconds
	Remind int     `json:"remind"`          // after how many minutes an order that nobody confirmed sounds otherwise, and louder; 0: never

	Aging    Aging `json:"aging"`
	Patience int   `json:"patience"` // how long a lost connection may take to come back before people are told, in seconds
	Hours    Hours `json:"hours"`

	Language string  `json:"language,omitempty"` // "ko" or "en"; empty: as the system's
	Scale    float64 `json:"scale"`              // of all windows; 1 is as the system says
	Login    bool    `json:"login"`              // start when this user logs in
	PIN      string  `json:"pin,omitempty"`      // hash of the PIN that opens the settings and ends jumun; empty: there is none
}

// The built-in sounds of an order.
const (
	TuneVoice = ""      // 주문~
	TuneChime = "chime" // two tones of a shop's door
	TuneBell  = "bell"  // a counter bell
)

// Aging is when the card of a waiting order changes its colour, in minutes after the order
// was recorded.
type Aging struct {
	Late     int `json:"late"`     // 0: never
	VeryLate int `json:"veryLate"` // 0: never; else more than Late
}

// Hours are the business hours of each day, by the PC's clock. Both times empty: always.
type Hours struct {
	Open    string `json:"open,omitempty"`    // "09:00"
	Close   string `json:"close,omitempty"`   // "22:00"; before Open: on the next day
	Outside string `json:"outside,omitempty"` // what an order does outside: OutsideRing, …
}

// What an order does outside business hours. It is never hidden for good: what still waits
// when the store opens rings.
const (
	OutsideRing   = ""       // as within them
	OutsidePopup  = "popup"  // it pops up, without a sound
	OutsideSilent = "silent" // neither: the tray alone counts it
)
