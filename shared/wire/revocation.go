package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"jumun/shared/order"
)

// MaxHolder is the longest holder of a token, in characters: a subject, behind the kid of the lent key
// that vouches for it and a slash.
const MaxHolder = 2*order.MaxName + 1

// A Revocation voids tokens: those of a device (or of any other holder), at all marts or at MartID only;
// those of the devices of a mart whose line began until now; or those that a key has signed or will sign,
// and what was made of them.
type Revocation struct {
	Device string       `json:"device,omitempty"` // a holder
	MartID order.MartID `json:"martId,omitempty"`
	Key    string       `json:"key,omitempty"` // its kid
	At     time.Time    `json:"at,omitzero"`   // when it was revoked, by Redis's clock; not to be sent

	// Older means that only the tokens of Device that were issued before At are void: two had the
	// same token and renewed it. Not to be sent.
	Older bool `json:"older,omitempty"`
	// UndoneAt is when it was taken back: it counts only if At is later. Not to be sent.
	UndoneAt time.Time `json:"undoneAt,omitzero"`
}

// Revocations is a page of the list of them. One may come twice. What was taken back does: once as revoked,
// and once with UndoneAt alone.
type Revocations struct {
	Revocations []Revocation `json:"revocations"`    // never null
	Next        string       `json:"next,omitempty"` // the next AfterParam; empty: this is the last page
}

// Counts reports whether r was not taken back since.
func (r Revocation) Counts() bool { return r.At.After(r.UndoneAt) }

var errNotOne = errors.New("a revocation names either a device, a mart, a device at a mart, or a key")

// ParseRevocation reads the body of an admin's request.
// Its errors wrap order.ErrMalformed.
func ParseRevocation(body []byte) (Revocation, error) {
	var r Revocation
	if len(body) > MaxPairing || json.Unmarshal(body, &r) != nil {
		return Revocation{}, fmt.Errorf(`the body is not {"device"}, {"martId"}, {"device","martId"} or {"key"}: %w`, order.ErrMalformed)
	}
	r = Revocation{Device: r.Device, MartID: r.MartID, Key: r.Key}
	return r, r.Check()
}

// Check returns an error unless r names exactly one thing, or a device at one mart. It wraps
// order.ErrMalformed.
func (r Revocation) Check() error {
	isLine := order.Line(r.Device, MaxHolder) == r.Device && order.Line(string(r.MartID), order.MaxName) == string(r.MartID) && order.Line(r.Key, order.MaxName) == r.Key
	switch scoped := r.Device != "" && r.MartID != ""; {
	case !isLine:
		return fmt.Errorf("a name is too long, or cannot be printed: %w", order.ErrMalformed)
	case r.Key != "" && (r.Device != "" || r.MartID != ""), r.Key+r.Device+string(r.MartID) == "":
		return fmt.Errorf("%w: %w", errNotOne, order.ErrMalformed)
	case scoped && (r.MartID == AnyMart || strings.Contains(string(r.MartID), "/")), r.Older && (scoped || r.Device == ""):
		return fmt.Errorf("a device is revoked at one mart, or without a mart: %w", order.ErrMalformed)
	}
	return nil
}
