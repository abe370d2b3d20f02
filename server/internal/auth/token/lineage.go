package token

import (
	"errors"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// Why the line of tokens from which a token comes does not hold.
var (
	errOrigin = errors.New("the origin is malformed")
	errForged = errors.New("a lent key may not say that it renewed a token")
	errGone   = errors.New("the lent key that vouches for it is not in the key file")
)

// First returns the key that signed the first token of the line from which t comes, and when that
// one was issued, in seconds since 1970. Of a token that was not made of another one it is t itself.
func (t Token) First() (kid string, issuedAt int64) {
	if t.Origin == (wire.Origin{}) {
		return t.Key, t.IssuedAt
	}
	return t.Origin.Key, t.Origin.IssuedAt
}

// Holder returns whose token it is. Whoever has a lent key can write any subject: that key's kid
// stands before it, so that nobody takes the place of another.
func (t Token) Holder() string {
	if t.Lent == "" {
		return t.Subject
	}
	return t.Lent + "/" + t.Subject
}

// Next returns the claims of a token that is made of t, valid from the time issued, in seconds since
// 1970, for life seconds at most. It has the marts of t.
func (t Token) Next(issued, life int64) wire.Claims {
	c := t.Claims
	c.Origin.Key, c.Origin.IssuedAt = t.First()
	c.Origin.Lent = t.Lent != ""
	c.IssuedAt, c.Expires = issued, min(issued+life, t.Renew)
	return c
}

// Signers are the keys that a token needs, as long as it is in use. Few are different.
type Signers struct {
	Key   string // the kid of the key that signed it
	First string // that of the key that signed the first of its line: the same if it was not renewed
	mark  mark   // of Key
	lent  bool   // First must be in the key file
}

// Signers returns the keys that t needs.
func (t Token) Signers() Signers {
	first, _ := t.First()
	return Signers{Key: t.Key, First: first, mark: t.mark, lent: t.Lent != ""}
}

// Vouch reports whether the keys that a token of this role needs are still there, with the secrets with
// which it was signed, and still may sign for mart.
func (k *Keys) Vouch(s Signers, role wire.Role, mart order.MartID) bool {
	by, known := k.byID[s.Key]
	if !known || by.mark != s.mark || !by.allowsAt(role, mart) {
		return false
	}
	if s.First == s.Key {
		return true
	}
	first, known := k.byID[s.First]
	return !by.lent() && (known && first.allowsAt(role, mart) || !known && !s.lent)
}

// lent reports whether others than the servers have the key: it is for some roles or marts only.
func (k key) lent() bool { return k.roles != nil || k.marts != nil }

// voucher returns the lent key that vouches for the claims c, which by has signed, or "" if a key of
// the servers does. Every key in question must allow c.
func (k *Keys) voucher(by key, c wire.Claims) (lent string, err error) {
	if !by.allows(c) {
		return "", errLimits
	}
	if by.lent() {
		if c.Origin != (wire.Origin{}) {
			return "", errForged
		}
		return by.id, nil
	}
	first, known := k.byID[c.Origin.Key]
	switch {
	case c.Origin.Lent && !known:
		return "", &MissingKey{c.Origin.Key, errGone}
	case known && !first.allows(c):
		return "", errLimits
	case c.Origin.Lent:
		return first.id, nil
	}
	return "", nil
}

// validOrigin reports whether an origin is that of a token that was issued at a time.
func validOrigin(o wire.Origin, issuedAt int64) bool {
	return o == (wire.Origin{}) || o.Key != "" && order.Line(o.Key, order.MaxName) == o.Key && o.IssuedAt > 0 && o.IssuedAt <= issuedAt
}
