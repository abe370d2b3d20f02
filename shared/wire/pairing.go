package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"jumun/shared/order"
)

// A code has CodeLength letters of CodeAlphabet, in which no two look alike: there are 2^39
// codes. People see it in two halves: ABCD-EFGH.
const (
	CodeLength   = 8
	CodeAlphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
	CodeLife     = 15 * time.Minute
)

// MaxPairing is the longest body of a pairing or a renewal, in bytes.
const MaxPairing = 4 << 10

// A PairRequest is the body of a request that pairs a device.
type PairRequest struct {
	MartID order.MartID `json:"martId"`
	Code   string       `json:"code"`
	Device string       `json:"device"`           // the name of the device, for people; 1 to order.MaxName characters
	Cookie bool         `json:"cookie,omitempty"` // set the token as the cookie CookieName; it is not in the answer
}

// A Renewal is the body of a request for a new token. It may be left out.
type Renewal struct {
	Device string `json:"device,omitempty"` // the device's new name; empty: as before
}

// A Paired is the answer to a PairRequest, to an EnrolRequest and to a Renewal.
type Paired struct {
	Token    string    `json:"token,omitempty"`    // to be sent as "Authorization: Bearer …"; empty: it is in the cookie
	Device   string    `json:"deviceId"`           // by which it can be revoked
	MartName string    `json:"martName,omitempty"` // for people, such as 강남점; not of a Renewal
	Expires  time.Time `json:"expires"`            // renew the token before; RFC 3339

	MartID order.MartID `json:"martId,omitempty"` // of an EnrolRequest: the mart of this computer
}

// ParseCode returns a code in the form in which codes are compared, from what a person typed.
// Its errors wrap order.ErrMalformed, and do not contain the code.
func ParseCode(typed string) (string, error) {
	code, ok := letters(typed, CodeLength)
	if !ok {
		return "", fmt.Errorf("not a pairing code: %w", order.ErrMalformed)
	}
	return code, nil
}

// letters returns what a person typed without blanks and dashes, in capitals, and reports whether it is so
// many letters of CodeAlphabet.
func letters(typed string, count int) (_ string, ok bool) {
	typed = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, typed)
	return typed, len(typed) == count && strings.Trim(typed, CodeAlphabet) == ""
}

// ShowCode returns a code as people read it.
func ShowCode(code string) string {
	half := len(code) / 2
	return code[:half] + "-" + code[half:]
}

// ParsePairRequest reads the body of a request that pairs a device. A malformed code stays as it
// is: it gets the same answer as a wrong one. Its errors wrap order.ErrMalformed.
func ParsePairRequest(body []byte) (PairRequest, error) {
	var p PairRequest
	if len(body) > MaxPairing || json.Unmarshal(body, &p) != nil {
		return PairRequest{}, fmt.Errorf(`the body is not {"martId","code","device"}: %w`, order.ErrMalformed)
	}
	if _, err := order.ParseMartID(string(p.MartID)); err != nil {
		return PairRequest{}, err
	}
	if p.Device = order.Line(p.Device, order.MaxName); p.Device == "" {
		return PairRequest{}, fmt.Errorf("device is missing: %w", order.ErrMalformed)
	}
	if code, err := ParseCode(p.Code); err == nil {
		p.Code = code
	}
	return p, nil
}

// A Pairing is the body of an admin's request for a code.
type Pairing struct {
	MartID order.MartID `json:"martId"`
	Name   string       `json:"name,omitempty"` // of the mart, for people
}

// A Mart is what its devices may know of it.
type Mart struct {
	MartID order.MartID `json:"martId"`
	Name   string       `json:"name"` // for people: of the last Pairing that had one; empty: none that was used had
}

// A PairingCode is the answer to a Pairing.
type PairingCode struct {
	Code    string       `json:"code"` // can be used once
	MartID  order.MartID `json:"martId"`
	Expires time.Time    `json:"expires"` // RFC 3339
}

// A Device is what is known of a device, or of another holder of a token.
type Device struct {
	ID        string       `json:"id"` // the holder: a subject, behind the lent key that vouches for it and a slash, if one does
	Name      string       `json:"name"`
	MartID    order.MartID `json:"martId"`             // AnyMart: a holder that is not a device
	PairedAt  time.Time    `json:"pairedAt"`           // when its first token was issued; RFC 3339
	SeenAt    time.Time    `json:"seenAt,omitzero"`    // when it connected last, or its stream ended, or what it did last, to ten minutes; RFC 3339
	Connected bool         `json:"connected"`          // it has a stream
	Asleep    bool         `json:"asleep,omitempty"`   // it has reported that it falls asleep, and was not back since
	RevokedAt time.Time    `json:"revokedAt,omitzero"` // RFC 3339
	Role      Role         `json:"role,omitempty"`     // empty: RoleDevice
	For       string       `json:"for,omitempty"`      // the marts of a holder that is not a device, for people
	Key       string       `json:"key,omitempty"`      // the kid of the key that signed its token; empty: not known
	EndsAt    time.Time    `json:"endsAt,omitzero"`    // when that token expires; RFC 3339
	PairedBy  string       `json:"pairedBy,omitempty"` // the holder who made the code by which it was paired; empty: not known, or an operator at Redis

	Version       string `json:"version,omitempty"`       // of the app; empty: it was not told
	Platform      string `json:"platform,omitempty"`      // such as windows/amd64
	FailedUpdate  string `json:"failedUpdate,omitempty"`  // the last version that the device gave up
	FailedReason  string `json:"failedReason,omitempty"`  // why, for people
	ManualUpdates bool   `json:"manualUpdates,omitempty"` // the app does not update itself there

	Roams bool `json:"-"` // its token is for any mart that it names: it is listed only at marts that others use
}

// Devices is the list of the devices of a mart.
type Devices struct {
	Devices []Device `json:"devices"` // never null
}
