//go:build linux

// Package receivers is the devices: one thread that holds thousands of streams, and knows of
// every order how long it took, and whether it is missing or came twice.
package receivers

import (
	"time"

	"jumun/server/bench/stats"
)

// A Device is one stream to be.
type Device struct {
	Request string // up to the blank line, which is left out
	Group   int    // those of a group are counted together; those of a group above 0 are all in one mart
}

// A Question is what a clients is asked: one of these.
type Question struct {
	Plan    *Plan
	Connect *Connect
	Hear    *Hear
}

// A Plan comes first, and once.
type Plan struct {
	Counter string // path of the file that is shared; see package counter
	Devices []Device
}

// Connect has all who hold no stream open one. It fails when for long nobody has become live.
type Connect struct {
	Address string // host:port
	AtOnce  int    // how many may be on their way at a time
	Behind  int    // orders that each gets before it is live, because it was away
	Return  bool   // as in Hear
}

// Hear has them listen until the counter is full, or nothing has come for Timeout.
type Hear struct {
	Timeout time.Duration
	Return  bool // whose stream ends opens one again at once, and who is refused a second later
}

// An Answer is what became of it.
type Answer struct {
	Why    map[string]int // of streams that were refused, or ended: why, and how many
	Held   int            // streams that are open now
	Gone   int            // streams that ended since the last question
	Gaps   int            // times that a device was told of a gap since the last question
	Live   time.Duration  // Connect: from the first attempt until all were live
	ToLive stats.Quantiles
	Heard  []Heard // by group, since the last question
}

// Heard is what the devices of a group heard.
type Heard struct {
	Fresh    int64 // orders that are new to their device, each device for itself
	Repeated int64 // orders that their device had, or that came after a later one
	Delays   stats.Quantiles
	Spread   stats.Quantiles // from the first device that had an order to the last, if a mart has many
}
