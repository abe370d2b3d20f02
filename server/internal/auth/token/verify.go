// Package token makes and checks the tokens of jumun.
package token

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"jumun/shared/wire"
)

// ErrUnknown is under every error about a token that was not made here, or not for here.
var ErrUnknown = errors.New("the token is not known here")

// ErrExpired is under the error about a token that was good, and has ended.
var ErrExpired = errors.New("the token has ended")

// A Token is what a good token says, and which key signed it.
type Token struct {
	wire.Claims
	Key string // its kid (RFC 7515, section 4.1.4)
}

// Until is when the token ends.
func (t Token) Until() time.Time { return time.Unix(t.Expires, 0).UTC() }

// The reasons for which a token is not read at all. None repeats it.
var (
	errShape  = errors.New("it is too long, or has line breaks")
	errHeader = errors.New("its header asks for what is not understood")
	errNoKey  = errors.New("its key is not in the key file")
	errSigned = errors.New("it is no JWT, not one by HS256, or the signature is not by its key")
	errBeyond = errors.New("its key is not for this role, or not for these marts")
)

// Check reads a token at now. It asks nobody, and may be called from anywhere. Its errors
// wrap ErrUnknown, or ErrExpired if all else is good, and do not repeat the token.
func (k *Keys) Check(text string, now time.Time) (Token, error) {
	by, payload, err := k.open(text)
	if err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	c, err := readClaims(payload, now)
	if err == nil && !by.allows(c) {
		err = errBeyond
	}
	if err != nil {
		return Token{}, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	if ended(c, now) {
		return Token{}, ErrExpired
	}
	return Token{Claims: c, Key: by.id}, nil
}

// open returns the payload of a token, and the key that has signed it.
func (k *Keys) open(text string) (key, []byte, error) {
	// Line breaks are passed over in base64: with them a token had many spellings.
	if len(text) > wire.MaxToken || strings.IndexByte(text, '\r') >= 0 || strings.IndexByte(text, '\n') >= 0 {
		return key{}, nil, errShape
	}
	header, _, dotted := strings.Cut(text, ".")
	if s := k.seals[header]; s != nil && dotted {
		payload, err := s.open(text)
		return s.key, payload, err
	}
	return k.openAny(text)
}

// openAny is open for a token of whatever spelling.
func (k *Keys) openAny(text string) (key, []byte, error) {
	var in sealed
	var by key
	_, err := k.parser.ParseWithClaims(text, &in, func(t *jwt.Token) (_ any, err error) {
		by, err = k.of(t.Header)
		return by.secret, err
	})
	for _, reason := range []error{errHeader, errNoKey} {
		if errors.Is(err, reason) {
			return key{}, nil, reason
		}
	}
	if err != nil {
		return key{}, nil, errSigned
	}
	return by, in.payload, nil
}

// of finds the key that a header names. With crit the header has something without which
// the token means something else, and nothing of the kind is known here (RFC 7515,
// section 4.1.11).
func (k *Keys) of(header map[string]any) (key, error) {
	if _, critical := header["crit"]; critical {
		return key{}, errHeader
	}
	id, _ := header["kid"].(string)
	by, known := k.byID[id]
	if !known {
		return key{}, errNoKey
	}
	return by, nil
}

// sealed is a payload that is not read before its signature was: the library would
// read it first.
type sealed struct {
	jwt.MapClaims `json:"-"` // for its methods, which the library wants and, told so, does not call
	payload       []byte
}

// UnmarshalJSON keeps the payload as it is.
func (s *sealed) UnmarshalJSON(raw []byte) error {
	s.payload = append([]byte(nil), raw...)
	return nil
}

// newParser takes HS256 alone, whatever a header says (RFC 8725, section 3.1), and only
// one spelling of each token. What tokens say is checked by readClaims.
func newParser() *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods([]string{algorithm}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
}
