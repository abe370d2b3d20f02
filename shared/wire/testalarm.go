package wire

import (
	"encoding/json"
	"fmt"
	"time"

	"jumun/shared/order"
)

const (
	// TestFresh is how old a test alarm may be when a device plays it. Nobody must hear one of yesterday.
	TestFresh = time.Minute
	// TestEvery is how often a test alarm may be sent to one mart.
	TestEvery = time.Minute
	// TestLife is for how long the answers to a test alarm are kept.
	TestLife = time.Hour
	// MaxTested is how many devices of a mart may answer one test alarm: more than a store has.
	MaxTested = 256
)

// A TestAlarm is the data of a test event: an administrator asks each device whether an order would be heard and seen.
type TestAlarm struct {
	At time.Time `json:"at"` // when it was sent; RFC 3339
}

// ParseTestAlarm reads the data of a test event. Its errors wrap order.ErrMalformed.
func ParseTestAlarm(data string) (t TestAlarm, err error) {
	if json.Unmarshal([]byte(data), &t) != nil || t.At.IsZero() {
		return TestAlarm{}, fmt.Errorf("test event is not JSON as agreed: %w", order.ErrMalformed)
	}
	return t, nil
}

// A TestSent is the answer to an administrator who has sent a test alarm.
type TestSent struct {
	ID order.ID  `json:"id"` // of its event
	At time.Time `json:"at"`
}

// A TestAnswer is what a device tells of a test alarm. It sends all of it again when something in it changes.
type TestAnswer struct {
	Sounded  bool     `json:"sounded"`            // the sound was played to its end, and nothing kept it from being heard
	Shown    bool     `json:"shown"`              // the card was on the screen
	Heard    bool     `json:"heard"`              // a person has said so
	Problems []string `json:"problems,omitempty"` // what was wrong: TestBusy, or as in a Presence
}

// The problems of a TestAnswer that no Presence has. Accept others.
const (
	TestBusy    = "busy"     // orders waited for a person, and nothing may cover those
	TestNoSound = "no-sound" // a page that nobody has touched yet: the browser lets it make no sound
)

// ParseTestAnswer reads the answer of a device. What is too long in it is cut. Its errors wrap order.ErrMalformed.
func ParseTestAnswer(body []byte) (TestAnswer, error) {
	var a *TestAnswer
	if len(body) > MaxPresence || json.Unmarshal(body, &a) != nil || a == nil {
		return TestAnswer{}, fmt.Errorf(`the body is not {"sounded","shown","heard","problems"}: %w`, order.ErrMalformed)
	}
	a.Problems = cutProblems(a.Problems)
	return *a, nil
}

// A TestResult is what became of a test alarm: the answer to an administrator.
type TestResult struct {
	MartID  order.MartID   `json:"martId"`
	ID      order.ID       `json:"id"`
	At      time.Time      `json:"at"`
	Devices []TestedDevice `json:"devices"` // those that are known in the mart, also those that have not answered; never null
}

// A TestedDevice is what a device told of a test alarm.
type TestedDevice struct {
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Connected  bool      `json:"connected"`           // it is now
	AnsweredAt time.Time `json:"answeredAt,omitzero"` // zero: it has told nothing
	TestAnswer
}
