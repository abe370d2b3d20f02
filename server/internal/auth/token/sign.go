package token

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// settled is how old a key is before it signs: by then every server has read the file.
// Kubernetes alone takes a minute or two to bring a changed secret to its pods.
const settled = 10 * time.Minute

// What keeps claims from being signed, beside what is wrong with them.
var (
	errEnded    = errors.New("it would have ended already")
	errNoSigner = errors.New("no key is for this role and all these marts")
	errTooLong  = errors.New("it would be too long: name fewer marts")
)

// Sign makes a token that says c, which Check takes at now. c needs all its fields but
// Name. It is signed by the newest of the keys that allow c and are ten minutes old, or by
// the oldest one if none is so old; with no key that allows c there is an error.
func (k *Keys) Sign(c wire.Claims, now time.Time) (string, error) {
	c.Name = order.Line(c.Name, order.MaxName)
	by, err := k.signer(c, now)
	if err != nil {
		return "", fmt.Errorf("a token cannot be made: %w", err)
	}
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, signed{Claims: c, Audience: wire.Audience})
	t.Header["kid"] = by.id
	text, err := t.SignedString(by.secret)
	if err == nil && len(text) > wire.MaxToken {
		return "", fmt.Errorf("a token cannot be made: %w", errTooLong)
	}
	return text, err
}

// signed is a payload on its way out.
type signed struct {
	jwt.MapClaims `json:"-"` // for its methods, which the library wants
	wire.Claims
	Audience string `json:"aud"`
}

// signer is the key that signs c at now.
func (k *Keys) signer(c wire.Claims, now time.Time) (by key, err error) {
	if err := wrong(c, now); err != nil {
		return key{}, err
	}
	if ended(c, now) {
		return key{}, errEnded
	}
	err = errNoSigner
	for _, candidate := range k.byAge {
		if !candidate.allows(c) {
			continue
		}
		if err != nil || candidate.made <= now.Add(-settled).Unix() {
			by, err = candidate, nil
		}
	}
	return by, err
}

// Without is k without the keys that are void: what they sign is good for nothing.
func (k *Keys) Without(void func(kid string) bool) *Keys {
	return keysOf(slices.DeleteFunc(slices.Clone(k.byAge), func(by key) bool { return void(by.id) }))
}

// Throwaway is one new key that no file has: tokens of it are good as long as the process.
func Throwaway(now time.Time) *Keys {
	return keysOf([]key{{id: newID(now), secret: newSecret(), made: now.Unix()}})
}

// newID is a kid by which people see when the key was made: 20261123-abcdefgh.
func newID(now time.Time) string {
	return now.UTC().Format("20060102") + "-" + strings.ToLower(rand.Text()[:8])
}

func newSecret() []byte {
	secret := make([]byte, minSecret)
	_, _ = rand.Read(secret) // it never fails
	return secret
}
