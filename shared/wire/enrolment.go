package wire

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"jumun/shared/order"
)

// An enrolment key has EnrolKeyLength letters of CodeAlphabet: there are 2^123. People see it in groups of
// five: ABCDE-FGHJK-MNPQR-STUVW-XYZ23.
const (
	EnrolKeyLength = 25
	enrolKeyGroup  = 5
)

const (
	// MaxEnrolmentLife is how long an enrolment key may be good: longer than any roll-out.
	MaxEnrolmentLife = 365 * 24 * time.Hour
	// MaxEnrolmentUses is how often one may be used, by one computer of a map or in all.
	MaxEnrolmentUses = 1000
	// MaxComputers is how many computers one key may have a mart for.
	MaxComputers = 10_000
	// MaxEnrolment is the longest body of an Enrolment, in bytes: that many computers fit.
	MaxEnrolment = 2 << 20
	// maxRequestID is the longest EnrolRequest.Request.
	maxRequestID = 64
)

// An EnrolRequest is the body of a request that pairs a device by an enrolment key.
type EnrolRequest struct {
	Key      string       `json:"key"`
	Computer string       `json:"computer"`          // its name in the network; see ComputerName
	Device   string       `json:"device"`            // the name of the device, for people
	MartID   order.MartID `json:"martId,omitempty"`  // if the device is set to one: the key must be for it
	Request  string       `json:"request,omitempty"` // random letters: the same ones again are answered with the same device, and are no further use
}

// ParseEnrolKey returns an enrolment key in the form in which keys are compared, from what a person typed.
// Its errors wrap order.ErrMalformed, and do not contain the key.
func ParseEnrolKey(typed string) (string, error) {
	key, ok := letters(typed, EnrolKeyLength)
	if !ok {
		return "", fmt.Errorf("not an enrolment key: %w", order.ErrMalformed)
	}
	return key, nil
}

// ShowEnrolKey returns an enrolment key as people read it.
func ShowEnrolKey(key string) string {
	var groups []string
	for group := range slices.Chunk([]byte(key), enrolKeyGroup) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, "-")
}

// ComputerName returns the name of a computer in the form in which names are compared: without its domain, in
// small letters.
func ComputerName(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), ".")
	return order.Line(strings.ToLower(norm.NFC.String(name)), order.MaxName)
}

// ParseEnrolRequest reads the body of a request by an enrolment key. A malformed key stays as it is: it gets
// the same answer as a wrong one. Its errors wrap order.ErrMalformed.
func ParseEnrolRequest(body []byte) (EnrolRequest, error) {
	var r EnrolRequest
	if len(body) > MaxPairing || json.Unmarshal(body, &r) != nil {
		return EnrolRequest{}, fmt.Errorf(`the body is not {"key","computer","device"}: %w`, order.ErrMalformed)
	}
	if r.Computer = ComputerName(r.Computer); r.Computer == "" {
		return EnrolRequest{}, fmt.Errorf("computer is missing: %w", order.ErrMalformed)
	}
	if r.MartID != "" {
		if _, err := order.ParseMartID(string(r.MartID)); err != nil {
			return EnrolRequest{}, err
		}
	}
	if len(r.Request) > maxRequestID || strings.ContainsFunc(r.Request, notAlphanumeric) {
		return EnrolRequest{}, fmt.Errorf("request is longer than %d letters and digits: %w", maxRequestID, order.ErrMalformed)
	}
	r.Device = cmp.Or(order.Line(r.Device, order.MaxName), r.Computer)
	if key, err := ParseEnrolKey(r.Key); err == nil {
		r.Key = key
	}
	return r, nil
}

func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// An Enrolment is the body of an admin's request for an enrolment key: for computers of one mart, or for the
// computers that it names, each at its mart.
type Enrolment struct {
	MartID    order.MartID `json:"martId,omitempty"`
	Name      string       `json:"name,omitempty"` // of the mart, for people
	Computers []Computer   `json:"computers,omitempty"`
	Uses      int          `json:"uses"`    // how often it may be used; with Computers, by each of them
	Seconds   int64        `json:"seconds"` // how long it is good
}

// A Computer is where a computer stands.
type Computer struct {
	Computer string       `json:"computer"` // see ComputerName
	MartID   order.MartID `json:"martId"`
	Name     string       `json:"name,omitempty"` // of the mart, for people
}

// Marts returns the marts of e, each once, in order.
func (e Enrolment) Marts() []order.MartID {
	if len(e.Computers) == 0 {
		return []order.MartID{e.MartID}
	}
	var marts []order.MartID
	for _, c := range e.Computers {
		marts = append(marts, c.MartID)
	}
	slices.Sort(marts)
	return slices.Compact(marts)
}

// Clean returns e as it is stored, or why it makes no key. Its errors wrap order.ErrMalformed.
func (e Enrolment) Clean() (Enrolment, error) {
	switch {
	case (e.MartID == "") == (len(e.Computers) == 0):
		return e, fmt.Errorf("give either martId or computers: %w", order.ErrMalformed)
	case len(e.Computers) > MaxComputers:
		return e, fmt.Errorf("%d computers, at most %d are allowed: %w", len(e.Computers), MaxComputers, order.ErrMalformed)
	case e.Uses < 1 || e.Uses > MaxEnrolmentUses:
		return e, fmt.Errorf("uses must be 1 to %d: %w", MaxEnrolmentUses, order.ErrMalformed)
	case e.Seconds < 1 || e.Seconds > int64(MaxEnrolmentLife/time.Second):
		return e, fmt.Errorf("a key is good for a second at least and for %v at most: %w", MaxEnrolmentLife, order.ErrMalformed)
	}
	e.Name = order.Line(e.Name, order.MaxName)
	if e.MartID != "" {
		return e, oneMart(e.MartID)
	}
	var err error
	e.Computers, err = cleanComputers(e.Computers)
	return e, err
}

func cleanComputers(list []Computer) ([]Computer, error) {
	clean, seen := make([]Computer, 0, len(list)), map[string]bool{}
	for _, c := range list {
		c.Computer, c.Name = ComputerName(c.Computer), order.Line(c.Name, order.MaxName)
		switch err := oneMart(c.MartID); {
		case c.Computer == "":
			return nil, fmt.Errorf("a computer of mart %s has no name: %w", order.Line(string(c.MartID), order.MaxName), order.ErrMalformed)
		case seen[c.Computer]:
			return nil, fmt.Errorf("computer %s is named twice: %w", c.Computer, order.ErrMalformed)
		case err != nil:
			return nil, fmt.Errorf("computer %s: %w", c.Computer, err)
		}
		seen[c.Computer] = true
		clean = append(clean, c)
	}
	return clean, nil
}

// oneMart refuses what is not the ID of one mart: a key for every mart would be a master key.
func oneMart(mart order.MartID) error {
	if mart == AnyMart {
		return fmt.Errorf("a key is for one mart, not for all: %w", order.ErrMalformed)
	}
	_, err := order.ParseMartID(string(mart))
	return err
}

// An EnrolmentKey is the answer to an Enrolment. Nobody can read the key again.
type EnrolmentKey struct {
	Key     string    `json:"key"`
	ID      string    `json:"id"`      // by which it is listed and revoked
	Expires time.Time `json:"expires"` // RFC 3339
}

// What an enrolment key is good for. All but EnrolValid are causes for which it is refused; the device that
// asks gets one answer for all.
const (
	EnrolValid    = "valid"
	EnrolUsedUp   = "used-up"        // it was used as often as it may be, or by that computer
	EnrolEnded    = "ended"          // its time is over
	EnrolRevoked  = "revoked"        // somebody has revoked it
	EnrolMaker    = "maker-revoked"  // who made it was revoked
	EnrolMart     = "mart-revoked"   // the devices of the mart were revoked since it was made
	EnrolDevice   = "device-revoked" // a device that this computer became by it was revoked
	EnrolNoMart   = "other-mart"     // the device is set to another mart
	EnrolComputer = "not-in-map"     // the map does not name that computer
)

// A ListedEnrolment is what is known of an enrolment key.
type ListedEnrolment struct {
	ID        string         `json:"id"`
	Marts     []order.MartID `json:"marts"`               // the first ones; see MartCount
	MartCount int            `json:"martCount"`           // how many marts it is for
	Computers int            `json:"computers,omitempty"` // how many it names; 0: it is for any computer of the mart
	Uses      int            `json:"uses"`                // how often it may be used; with Computers, by each of them
	Used      int            `json:"used"`                // how often it was used, in all
	State     string         `json:"state"`               // EnrolValid, or why it is not
	MadeAt    time.Time      `json:"madeAt"`
	MadeBy    string         `json:"madeBy,omitempty"` // the holder; empty: an operator at Redis
	Expires   time.Time      `json:"expires"`
	RevokedAt time.Time      `json:"revokedAt,omitzero"`
	RevokedBy string         `json:"revokedBy,omitempty"`
	Refused   int            `json:"refused"`             // how often it was refused
	LastCause string         `json:"lastCause,omitempty"` // why it was the last time
	LastAt    time.Time      `json:"lastRefusedAt,omitzero"`
	LastName  string         `json:"lastComputer,omitempty"` // the computer that was refused then
	By        []EnrolmentUse `json:"usedBy,omitempty"`       // if one key was asked for
}

// An EnrolmentUse is that a computer has become a device.
type EnrolmentUse struct {
	Computer string       `json:"computer"`
	MartID   order.MartID `json:"martId"`
	Device   string       `json:"deviceId"`
	At       time.Time    `json:"at"`
}

// Enrolments is the list of the enrolment keys.
type Enrolments struct {
	Enrolments []ListedEnrolment `json:"enrolments"` // never null
}

// An EnrolmentID is the body of a request to EndEnrolment.
type EnrolmentID struct {
	ID string `json:"id"`
}
