package wire

import (
	"encoding/json"
	"fmt"
	"time"

	"jumun/shared/order"
)

const (
	// PresenceEvery is how often a device reports what it can do, also if nothing has changed.
	PresenceEvery = 3 * time.Minute
	// PresenceLife is how long a report counts: two that are lost in a row change nothing.
	PresenceLife = 10 * time.Minute
	// MaxPresence is the longest report, in bytes.
	MaxPresence = 4 << 10
	// MaxProblems is how many problems a report may have, each of order.MaxName characters at most.
	MaxProblems = 16
)

// A Presence is what a device reports of itself.
type Presence struct {
	Audible    bool     `json:"audible"`              // an order would be heard now: the speaker works, and nobody has silenced it
	Visible    bool     `json:"visible"`              // an order would pop up
	Version    string   `json:"version,omitempty"`    // of the program
	Problems   []string `json:"problems,omitempty"`   // what is wrong: Problem…, or words for people
	AsleepSoon bool     `json:"asleepSoon,omitempty"` // the device is about to sleep, or to end: nothing would be heard or seen
	Last       order.ID `json:"last,omitempty"`       // the device has this event, and all before it that it was sent; empty: not known
}

// The problems that a device reports. Accept others: devices are updated on their own.
const (
	PresenceMuted   = "muted"   // a person has silenced orders for a while
	PresenceSpeaker = "speaker" // the sound cannot be heard
	PresenceWindow  = "window"  // nothing pops up
	PresenceDisk    = "disk"    // orders cannot be stored
	PresenceSleeps  = "sleeps"  // nothing keeps the device from falling asleep
	PresenceAsleep  = "asleep"  // it is about to sleep
	PresenceQuit    = "quit"    // a person has ended the program
	PresenceClosed  = "closed"  // orders are silent at this hour, by the business hours of the device
)

// ParsePresence reads a report. What is too long in it is cut. Its errors wrap order.ErrMalformed.
func ParsePresence(body []byte) (Presence, error) {
	var p Presence
	if len(body) > MaxPresence || json.Unmarshal(body, &p) != nil {
		return Presence{}, fmt.Errorf(`the body is not {"audible","visible","version","problems","asleepSoon"}: %w`, order.ErrMalformed)
	}
	if _, err := order.ParseID(string(p.Last)); err != nil {
		p.Last = "" // the rest of the report counts
	}
	p.Version = order.Line(p.Version, order.MaxName)
	p.Problems = cutProblems(p.Problems)
	return p, nil
}

// cutProblems returns problems without what is too long, or too many. It changes them.
func cutProblems(problems []string) []string {
	problems = problems[:min(len(problems), MaxProblems)]
	for i, problem := range problems {
		problems[i] = order.Line(problem, order.MaxName)
	}
	return problems
}

// A MartState is whether orders are heard at a mart.
type MartState string

// The states of a mart. A device that is not connected, or was revoked, does not count.
const (
	MartHeard   MartState = "heard"   // a device is connected and reports that orders can be heard
	MartUnknown MartState = "unknown" // one is connected that reports nothing, as those of before did: orders may be heard
	MartUnheard MartState = "unheard" // none is connected, or none that can be heard
)

// A MartStatus is who can be heard at a mart, and what waits there.
type MartStatus struct {
	MartID     order.MartID   `json:"martId"`
	Name       string         `json:"name,omitempty"`
	State      MartState      `json:"state"`
	Known      int            `json:"known"`              // devices that were paired
	Connected  int            `json:"connected"`          // of them
	OrdersOpen int            `json:"ordersOpen"`         // orders that nobody has answered
	OldestAt   time.Time      `json:"oldestAt,omitzero"`  // when the oldest of them was recorded; RFC 3339
	OldestAge  int64          `json:"oldestAge,omitzero"` // how long ago that is, in seconds
	Devices    []DeviceStatus `json:"devices,omitempty"`  // of MartAdminPattern only
}

// A MartName is the body of a request that names a mart. The answer is 204.
type MartName struct {
	Name string `json:"name"` // for people
}

// A DeviceName is the body of a request that names a device. The answer is 204.
type DeviceName struct {
	Device string `json:"device"` // its ID
	Name   string `json:"name"`   // for people; empty: the name in its token counts again
}

// A DeviceStatus is a device of a mart, and what it reported last.
type DeviceStatus struct {
	Device
	State    string    `json:"state"`          // DeviceAudible, …
	Since    time.Time `json:"since,omitzero"` // when that began, as far as it is known; RFC 3339
	Presence *Presence `json:"presence,omitempty"`
	Reported time.Time `json:"reported,omitzero"` // when it reported that; RFC 3339
}

// The states of a device.
const (
	DeviceAudible = "audible" // it is connected, and reports that orders can be heard
	DeviceUnknown = "unknown" // it is connected, and has reported nothing
	DeviceSilent  = "silent"  // it is connected, and reports that orders cannot be heard
	DeviceFrozen  = "frozen"  // it is connected, but has stopped reporting
	DeviceAsleep  = "asleep"  // it has reported that it falls asleep, and was not back since
	DeviceAway    = "away"    // it is not connected, or has reported that it ends
	DeviceRevoked = "revoked" // it may not hear the mart any more
)

// Marts is a page of the marts of an administrator.
type Marts struct {
	Marts []MartStatus `json:"marts"`          // never null; with a StateParam a page may be empty, and others follow
	Next  order.MartID `json:"next,omitempty"` // the next AfterParam; empty: this is the last page
}

// An Overview is a page of the marts of an administrator, those where nobody can be heard first.
type Overview struct {
	Marts      []MartStatus      `json:"marts"`      // never null
	Total      int               `json:"total"`      // how many are as was asked, on all pages
	States     map[MartState]int `json:"states"`     // how many of the administrator's marts are in each state
	OrdersOpen int               `json:"ordersOpen"` // at all of them
}
