package token

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	algorithm = "HS256"
	minSecret = 32 // bytes: as long as the hash (RFC 7518, section 3.2)
)

// Keys are the keys of a key file. They never change, and are safe for concurrent use.
type Keys struct {
	byID   map[string]key
	byAge  []key // oldest first
	parser *jwt.Parser
}

type key struct {
	id     string
	secret []byte
	made   int64          // seconds since 1970; 0: unknown, which counts as old
	roles  []wire.Role    // nil: all
	marts  []order.MartID // nil: all
}

// checkedKeys returns Keys with the keys of a file, or an error if there is none or a kid is
// there twice.
func checkedKeys(found []key) (*Keys, error) {
	if len(found) == 0 {
		return nil, errors.New("the key file has no key for " + algorithm)
	}
	slices.SortStableFunc(found, func(a, b key) int { return cmp.Compare(a.made, b.made) })
	k := newKeys(found)
	if len(k.byID) < len(found) {
		return nil, errors.New("the key file has the same kid twice")
	}
	return k, nil
}

// newKeys returns Keys with these keys, of which the oldest must come first.
func newKeys(byAge []key) *Keys {
	k := &Keys{byID: make(map[string]key, len(byAge)), byAge: byAge, parser: newParser()}
	for _, each := range byAge {
		k.byID[each.id] = each
	}
	return k
}

// Without returns the keys that are not revoked: what a revoked key signs is worthless.
func (k *Keys) Without(revoked func(kid string) bool) *Keys {
	return newKeys(slices.DeleteFunc(slices.Clone(k.byAge), func(each key) bool { return revoked(each.id) }))
}

// String returns only the number of keys, so that no log shows a secret.
func (k *Keys) String() string { return fmt.Sprintf("%d keys", len(k.byID)) }

// allows reports whether the key may sign these claims.
func (k key) allows(c wire.Claims) bool {
	if k.roles != nil && !slices.Contains(k.roles, c.Role) {
		return false
	}
	return k.marts == nil || !slices.ContainsFunc(c.Marts, func(m order.MartID) bool {
		return !slices.Contains(k.marts, m) && !slices.Contains(k.marts, wire.AnyMart)
	})
}
