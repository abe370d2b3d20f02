package token

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
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
	own    bool  // the file has a key that is not lent, revoked or not
	parser *jwt.Parser
}

type key struct {
	id     string
	secret []byte
	mark   mark           // of its secret
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
	k.own = slices.ContainsFunc(byAge, func(each key) bool { return !each.lent() })
	return k
}

// Without returns the keys that are not revoked: what a revoked key signs is worthless. If all keys of
// the servers are revoked, nothing can be signed: a lent key does not take their place.
func (k *Keys) Without(revoked func(kid string) bool) *Keys {
	left := newKeys(slices.DeleteFunc(slices.Clone(k.byAge), func(each key) bool { return revoked(each.id) }))
	left.own = k.own
	return left
}

// A mark tells the secret of a key from another one, and gives nothing of it away: by chance no two have
// the same.
type mark [12]byte

// markOf returns the mark of a secret.
func markOf(secret []byte) mark {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte("jumun key fingerprint"))
	return mark(h.Sum(nil))
}

// String returns only the number of keys, so that no log shows a secret.
func (k *Keys) String() string { return fmt.Sprintf("%d keys", len(k.byID)) }

// allows reports whether the key may sign these claims.
func (k key) allows(c wire.Claims) bool {
	return !slices.ContainsFunc(c.Marts, func(m order.MartID) bool { return !k.allowsAt(c.Role, m) })
}

// allowsAt reports whether the key may sign for a role and a mart.
func (k key) allowsAt(role wire.Role, mart order.MartID) bool {
	return (k.roles == nil || slices.Contains(k.roles, role)) &&
		(k.marts == nil || slices.Contains(k.marts, mart) || slices.Contains(k.marts, wire.AnyMart))
}
