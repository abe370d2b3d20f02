package token

import (
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// SignAge is how old a key must be before it signs: by then every server has read the file.
// Kubernetes alone takes a minute or two to bring a changed secret to its pods.
const SignAge = 10 * time.Minute

// Why claims cannot be signed, apart from what is wrong with them.
var (
	errEnded    = errors.New("it would have expired already")
	errNoSigner = errors.New("no key may sign for this role and all these marts")
	errTooLong  = errors.New("it would be too long: name fewer marts")
)

// Sign makes a token with the claims c, which Check takes at the time now. Name, Renew and Origin may
// be zero. Of the servers' own keys the newest one that is at least ten minutes old signs, or the
// oldest one if all are younger. A lent key signs only where there is no key of the servers: in the
// file of whom it was lent to. Sign fails if no key may sign c.
func (k *Keys) Sign(c wire.Claims, now time.Time) (string, error) {
	c.Name = order.Line(c.Name, order.MaxName)
	by, err := k.signer(c, now)
	if err != nil {
		return "", fmt.Errorf("cannot make the token: %w", err)
	}
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, signedClaims{Claims: c, Audience: wire.Audience})
	t.Header["kid"] = by.id
	text, err := t.SignedString(by.secret)
	if err == nil && len(text) > wire.MaxToken {
		return "", fmt.Errorf("cannot make the token: %w", errTooLong)
	}
	return text, err
}

// signedClaims is the payload that is signed.
type signedClaims struct {
	jwt.MapClaims `json:"-"` // for the methods that the library wants
	wire.Claims
	Audience string `json:"aud"`
}

// signer returns the key that signs c at the time now.
func (k *Keys) signer(c wire.Claims, now time.Time) (by key, err error) {
	if err := validate(c, now); err != nil {
		return key{}, err
	}
	if expired(c, now) {
		return key{}, errEnded
	}
	err = errNoSigner
	for _, candidate := range k.byAge {
		if k.own && candidate.lent() || !candidate.allows(c) {
			continue
		}
		if err != nil || candidate.made <= now.Add(-SignAge).Unix() {
			by, err = candidate, nil
		}
	}
	return by, err
}

// Own reports whether one of the keys is the servers' own. Servers need one, to sign.
func (k *Keys) Own() bool { return k.own }
