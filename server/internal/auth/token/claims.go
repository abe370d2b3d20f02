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

const (
	// clockSkew is how far the clock of the signer may be ahead of ours, for nbf.
	clockSkew = time.Minute
	// lifeSkew is how far it may be ahead for a token of the longest life: revocations are
	// remembered for so much longer than a token lives.
	lifeSkew = 24 * time.Hour
)

// allRoles returns every role that exists.
func allRoles() []wire.Role {
	return []wire.Role{wire.RoleDevice, wire.RolePublisher, wire.RoleAdmin}
}

// What can be wrong with claims.
var (
	errClaims   = errors.New("the claims are malformed")
	errTwice    = errors.New("a claim is there twice")
	errAudience = errors.New(`aud is not "` + wire.Audience + `"`)
	errEarly    = errors.New("the token is not valid yet")
	errSubject  = errors.New("sub is missing, too long or not printable")
	errRole     = errors.New("the role is not device, publisher or admin")
	errMarts    = errors.New("marts is empty, or has an entry that is not a mart ID")
	errTimes    = errors.New("iat or exp is missing, or exp is not after iat")
	errLife     = errors.New("the token is valid for more than 400 days, or expires in more than 401")
)

// readClaims reads a payload and validates it at the time now. It does not check exp.
func readClaims(payload []byte, now time.Time) (wire.Claims, error) {
	var in struct {
		wire.Claims
		Audience  jwt.ClaimStrings `json:"aud"` // one, or a list (RFC 7519, section 4.1.3)
		NotBefore int64            `json:"nbf"`
	}
	if err := checkNames(payload); err != nil {
		return wire.Claims{}, err
	}
	switch err := json.Unmarshal(payload, &in); {
	case err != nil:
		return wire.Claims{}, errClaims
	case !slices.Contains(in.Audience, wire.Audience):
		return wire.Claims{}, errAudience
	case in.NotBefore > now.Add(clockSkew).Unix():
		return wire.Claims{}, errEarly
	}
	c := in.Claims
	c.Name = order.Line(c.Name, order.MaxName)
	return c, validate(c, now)
}

// validate returns what is wrong with claims at the time now. It does not check whether
// they have expired. A subject must not be longer than what can be revoked. iat is not compared
// with now: it tells when the token was issued, not from when on it is valid (RFC 7519, section
// 4.1.6), and the clock of the signer may be ahead of ours.
func validate(c wire.Claims, now time.Time) error {
	switch {
	case c.Subject == "" || order.Line(c.Subject, order.MaxName) != c.Subject:
		return errSubject
	case !slices.Contains(allRoles(), c.Role):
		return errRole
	case !validMarts(c.Marts):
		return errMarts
	case c.IssuedAt <= 0 || c.Expires <= c.IssuedAt:
		return errTimes
	case c.Expires-c.IssuedAt > int64(wire.MaxTokenLife/time.Second):
		return errLife
	case c.Expires > now.Add(wire.MaxTokenLife+lifeSkew).Unix():
		return errLife
	case c.Renew < 0 || !validOrigin(c.Origin, c.IssuedAt):
		return errOrigin
	}
	return nil
}

// expired reports whether claims have expired at the time now (RFC 7519, section 4.1.4).
func expired(c wire.Claims, now time.Time) bool { return now.Unix() >= c.Expires }

// validMarts reports whether there is at least one mart, and every entry is a mart ID.
func validMarts(marts []order.MartID) bool {
	return len(marts) > 0 && !slices.ContainsFunc(marts, func(m order.MartID) bool {
		_, err := order.ParseMartID(string(m))
		return err != nil
	})
}

// checkNames refuses an object that has the same name twice (RFC 7519, section 4). Case does
// not count: encoding/json reads "EXP" as "exp", and the last of them wins.
func checkNames(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if first, err := d.Token(); err != nil || first != json.Delim('{') {
		return errClaims
	}
	var names []string // bounded by wire.MaxToken
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
