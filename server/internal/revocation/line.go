package revocation

import (
	"math"
	"strings"
	"unique"

	"jumun/server/internal/auth/token"
)

// A Line is what revocations ask of a token: whose it is, and where it comes from. Every stream keeps
// one, so it is small.
type Line struct {
	Holder          string
	Signers         unique.Handle[token.Signers]
	issuedAt, began uint32 // seconds since 1970: of this token, and of the first
}

// LineOf returns the Line of a token.
func LineOf(t token.Token) Line {
	_, began := t.First()
	seconds := func(at int64) uint32 { return uint32(min(max(at, 0), math.MaxUint32)) }
	return Line{t.Holder(), unique.Make(t.Signers()), seconds(t.IssuedAt), seconds(began)}
}

// subject returns the holder without the lent key that vouches for it.
func (l Line) subject() string {
	if rest, ok := strings.CutPrefix(l.Holder, l.Signers.Value().First); ok && strings.HasPrefix(rest, "/") {
		return rest[1:]
	}
	return l.Holder
}
