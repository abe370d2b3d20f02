package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jumun/shared/order"
)

// MaxToken is the longest token that is looked at, in bytes: one for a hundred marts fits.
const MaxToken = 8 << 10

// MaxTokenLife is the longest life of a token: a revocation must be remembered for so long.
const MaxTokenLife = 400 * 24 * time.Hour

// Forever is a Claims.Renew without an end: the last second of the year 9999.
const Forever = 253402300799

// Audience is what every token has as its "aud" (RFC 7519, section 4.1.3), beside Claims.
const Audience = "jumun"

// AnyMart stands for every mart among those of a token.
const AnyMart order.MartID = "*"

// CookieName is the cookie in which a browser keeps its token (RFC 6265bis, section 4.1.3.2).
const CookieName = "__Host-jumun"

// RenewHeader is in the answers of streams and polls if the server asks the device to renew its token:
// its value is then "1". A device does that once, within RenewSoon, and not more often than each hour.
const RenewHeader = "Jumun-Renew"

// RenewSoon is the time over which devices spread the renewals that a server asks for.
const RenewSoon = 10 * time.Minute

// A Role is what a token is for.
type Role string

// The roles.
const (
	RoleDevice    Role = "device"    // reads and confirms the orders of its marts
	RolePublisher Role = "publisher" // publishes orders of its marts
	RoleAdmin     Role = "admin"     // pairs, lists and revokes the devices of its marts
)

// Claims are the payload of a token, a JWT (RFC 7519), without its Audience.
type Claims struct {
	Subject  string         `json:"sub"`            // whose token it is, such as the ID of a device
	Name     string         `json:"name,omitempty"` // the name that people know
	Role     Role           `json:"role"`
	Marts    []order.MartID `json:"marts"` // for which it is valid; AnyMart: for all
	IssuedAt int64          `json:"iat"`   // seconds since 1970
	Expires  int64          `json:"exp"`   // seconds since 1970

	// Renew is until when a token that is made of this one may be valid, seconds since 1970; 0: none
	// is made of it.
	Renew  int64  `json:"renew,omitempty"`
	Origin Origin `json:"origin,omitzero"` // zero: the token was not made of another one
}

// An Origin is the first of the tokens of which one was made, each of the one before. What revokes
// that one revokes all of them.
type Origin struct {
	Key      string `json:"kid"`            // that signed it
	IssuedAt int64  `json:"iat"`            // seconds since 1970
	Lent     bool   `json:"lent,omitempty"` // others than the servers have that key: it must be in the key file as long as the token lives
}

// For reports whether a token is for a mart.
func (c Claims) For(mart order.MartID) bool {
	return slices.Contains(c.Marts, mart) || slices.Contains(c.Marts, AnyMart)
}

// ReadClaims reads the claims of a token without checking its signature: for its holder. Its
// errors wrap order.ErrMalformed, and do not contain the token.
func ReadClaims(token string) (Claims, error) {
	parts := strings.Split(token, ".")
	if len(token) > MaxToken || len(parts) != 3 {
		return Claims{}, fmt.Errorf("not a token: %w", order.ErrMalformed)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Claims{}, fmt.Errorf("not a token: %w", order.ErrMalformed)
	}
	var c Claims
	if json.Unmarshal(payload, &c) != nil {
		return Claims{}, fmt.Errorf("not a token of jumun: %w", order.ErrMalformed)
	}
	return c, nil
}
