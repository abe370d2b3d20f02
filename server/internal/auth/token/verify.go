// Package token signs and verifies the tokens of jumun: JSON Web Tokens (RFC 7519), signed
// by HS256 with the keys of a key file. shared/wire/doc.go specifies what a token says.
package token

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/wire"
)

// Check wraps one of these in every error.
var (
	// ErrUnknown means that no key of ours signed the token, or that its claims are not allowed.
	ErrUnknown = errors.New("the token is unknown")
	// ErrExpired means that the token was good and has expired.
	ErrExpired = errors.New("the token has expired")
)

// A Token is what a verified token says, and who vouches for it.
type Token struct {
	wire.Claims
	Key  string // the kid of the key that signed it (RFC 7515, section 4.1.4)
	Lent string // the kid of a lent key that vouches for the subject; empty: a key of the servers does
	mark mark   // of the key that signed it
	// Roams says that the holder chooses the mart: the token is for all, or a lent key without marts vouches
	// for it.
	Roams bool
}

// ExpiresAt returns the time at which the token expires.
func (t Token) ExpiresAt() time.Time { return time.Unix(t.Expires, 0).UTC() }

// The reasons why the claims of a token are not even read. None repeats a part of the token.
var (
	errShape     = errors.New("the token is too long, or has line breaks")
	errHeader    = errors.New("the header has an extension that is not supported")
	errNoKey     = errors.New("the key is not in the key file")
	errSignature = errors.New("it is not a JWT signed by HS256, or the signature is wrong")
	errLimits    = errors.New("the key may not sign for this role or these marts")
)

// A MissingKey is the error of Check for a token that needs a key that is not in the key file. Another
// server may have it.
type MissingKey struct {
	Kid    string // of the key, as the token says: nothing else of it is verified
	reason error
}

func (e *MissingKey) Error() string { return e.reason.Error() }
func (e *MissingKey) Unwrap() error { return e.reason }

// Check verifies the token text at the time now. It needs no network, and is safe for
// concurrent use. Its errors wrap ErrUnknown, or ErrExpired if nothing else is wrong, and
// never repeat the token.
func (k *Keys) Check(text string, now time.Time) (Token, error) {
	by, payload, err := k.verify(text)
	if err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	c, err := readClaims(payload, now)
	var lent string
	if err == nil {
		lent, err = k.voucher(by, c)
	}
	if err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if expired(c, now) {
		return Token{}, ErrExpired
	}
	roams := c.For(wire.AnyMart) || lent != "" && k.byID[lent].allowsAt(c.Role, wire.AnyMart)
	return Token{Claims: c, Key: by.id, Lent: lent, mark: by.mark, Roams: roams}, nil
}

// verify checks the signature of a token and returns the key that signed it, and the payload.
func (k *Keys) verify(text string) (key, []byte, error) {
	// base64 ignores line breaks: with them one token would have many spellings.
	if len(text) > wire.MaxToken || strings.ContainsAny(text, "\r\n") {
		return key{}, nil, errShape
	}
	var claims rawClaims
	var by key
	_, err := k.parser.ParseWithClaims(text, &claims, func(t *jwt.Token) (_ any, err error) {
		by, err = k.find(t.Header)
		return by.secret, err
	})
	if err != nil {
		return key{}, nil, reason(err)
	}
	return by, claims.payload, nil
}

// reason returns our own error for an error of the library, which may repeat the token.
func reason(err error) error {
	var missing *MissingKey
	switch {
	case errors.As(err, &missing):
		return missing
	case errors.Is(err, errHeader):
		return errHeader
	}
	return errSignature
}

// find returns the key that a header names. A header with crit is refused: crit lists
// extensions that the verifier must support, and we support none (RFC 7515, section 4.1.11).
func (k *Keys) find(header map[string]any) (key, error) {
	if _, critical := header["crit"]; critical {
		return key{}, errHeader
	}
	id, _ := header["kid"].(string)
	by, known := k.byID[id]
	if !known {
		return key{}, &MissingKey{id, errNoKey}
	}
	return by, nil
}

// rawClaims keeps a payload unread until its signature is verified. The library would
// read the claims first.
type rawClaims struct {
	jwt.MapClaims `json:"-"` // for the methods that the library wants; the parser does not call them
	payload       []byte
}

// UnmarshalJSON copies the payload.
func (c *rawClaims) UnmarshalJSON(raw []byte) error {
	c.payload = slices.Clone(raw)
	return nil
}

// newParser returns a parser that takes only HS256, whatever the header says (RFC 8725,
// section 3.1), and only one spelling of each token. readClaims validates the claims.
func newParser() *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{algorithm}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
}
