//go:build linux

// Package receivers is the devices: one thread that holds thousands of streams, and measures for
// every order how long it took, and whether it is missing or came twice.
package receivers

import (
	"time"

	"jumun/server/bench/stats"
)

// A Device describes one stream.
type Device struct {
	Request string // without the blank line at its end
	Group   int    // groups are counted apart; all devices of a group above 0 are in one mart
}

// A Question is what this process is asked. One field is set.
type Question struct {
	Plan    *Plan
	Connect *Connect
	Hear    *Hear
}

// A Plan is the first question, and is asked once.
type Plan struct {
	Counter string // path of the shared file; see package counter
	Devices []Device
}

// Connect connects all devices without a stream. It fails when no device becomes live for long.
type Connect struct {
	Address string // host:port
	AtOnce  int    // how many may be connecting at a time
	Behind  int    // orders that each must get before it is live, because it was away
	Return  bool   // as in Hear
}

// Hear reads the streams until the counter is full, or until nothing arrives for Timeout.
type Hear struct {
	Timeout time.Duration
	Return  bool // a device whose stream ends connects again at once, and one that is refused after a second
}

// An Answer is the result of a question.
type Answer struct {
	Why    map[string]int // of streams that were refused or ended: the reasons, and how many of each
	Held   int            // streams that are open now
	Gone   int            // streams that ended since the last question
	Gaps   int            // gap events since the last question
	Live   time.Duration  // Connect: from the first attempt until all were live
	ToLive stats.Quantiles
	Heard  []Heard // by group, since the last question
}

// Heard is what the devices of a group received.
type Heard struct {
	Fresh    int64 // orders that were new to their device, counted for each device
	Repeated int64 // orders that their device had already, or that came after a later one
	Delays   stats.Quantiles
	Spread   stats.Quantiles // from the first device of a mart that had an order to the last
}
