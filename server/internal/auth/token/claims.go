package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// skew is how far the clock of whoever makes tokens may be ahead of ours.
const skew = time.Minute

// roles are all that there are.
func roles() []wire.Role { return []wire.Role{wire.RoleDevice, wire.RolePublisher, wire.RoleAdmin} }

// What may be wrong with claims.
var (
	errClaims   = errors.New("its claims are not what they have to be")
	errTwice    = errors.New("a claim is there twice")
	errAudience = errors.New(`aud is not "` + wire.Audience + `"`)
	errEarly    = errors.New("it is not good yet")
	errSubject  = errors.New("sub is missing, too long or not to be printed")
	errRole     = errors.New("the role is not device, publisher or admin")
	errMarts    = errors.New("marts is empty, or has what is no mart ID")
	errTimes    = errors.New("iat or exp is missing, or exp is not after iat")
	errLife     = errors.New("it is good for more than 400 days")
)

// readClaims reads a payload, and holds what it says to the rules at now.
func readClaims(payload []byte, now time.Time) (wire.Claims, error) {
	c, ok := readPlain(payload)
	if !ok {
		var err error
		if c, err = readAny(payload, now); err != nil {
			return wire.Claims{}, err
		}
	}
	c.Name = order.Line(c.Name, order.MaxName)
	return c, wrong(c, now)
}

// readAny reads a payload of whatever spelling.
func readAny(payload []byte, now time.Time) (wire.Claims, error) {
	var in struct {
		wire.Claims
		Audience  jwt.ClaimStrings `json:"aud"` // one, or a list (RFC 7519, section 4.1.3)
		NotBefore int64            `json:"nbf"`
	}
	if err := once(payload); err != nil {
		return wire.Claims{}, err
	}
	switch err := json.Unmarshal(payload, &in); {
	case err != nil:
		return wire.Claims{}, errClaims
	case !slices.Contains(in.Audience, wire.Audience):
		return wire.Claims{}, errAudience
	case in.NotBefore > now.Add(skew).Unix():
		return wire.Claims{}, errEarly
	}
	return in.Claims, nil
}

// wrong says what is wrong with claims at now, but for their having ended. A subject is
// no longer than what can be revoked.
func wrong(c wire.Claims, now time.Time) error {
	switch {
	case c.Subject == "" || order.Line(c.Subject, order.MaxName) != c.Subject:
		return errSubject
	case !slices.Contains(roles(), c.Role):
		return errRole
	case !areMarts(c.Marts):
		return errMarts
	case c.IssuedAt <= 0 || c.Expires <= c.IssuedAt:
		return errTimes
	case c.Expires-c.IssuedAt > int64(wire.MaxTokenLife/time.Second):
		return errLife
	case c.IssuedAt > now.Add(skew).Unix():
		return errEarly
	}
	return nil
}

// ended says whether claims are good no more at now (RFC 7519, section 4.1.4).
func ended(c wire.Claims, now time.Time) bool { return now.Unix() >= c.Expires }

// areMarts says whether there is a mart, and nothing else.
func areMarts(marts []order.MartID) bool {
	return len(marts) > 0 && !slices.ContainsFunc(marts, func(m order.MartID) bool {
		_, err := order.ParseMartID(string(m))
		return err != nil
	})
}

// once refuses an object in which a name stands twice (RFC 7519, section 4), in whatever
// case: encoding/json takes "EXP" for "exp", and the last of them.
func once(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return errClaims
	}
	var names []string // at most what fits into wire.MaxToken
	for d.More() {
		var value json.RawMessage
		token, err := d.Token()
		name, isName := token.(string)
		if err != nil || !isName || d.Decode(&value) != nil {
			return errClaims
		}
		if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return errTwice
		}
		names = append(names, name)
	}
	return nil
}
