package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"hash"
	"strings"
	"sync"
)

// strict takes one spelling of each text.
var strict = base64.RawURLEncoding.Strict()

// A seal is a key, and what its tokens are checked with if Sign has made them. A server
// reads a token for every stream that comes, and the library takes ten times as long.
type seal struct {
	key
	desks sync.Pool // of *desk
}

// A desk is where a signature is checked: to lay it out takes as long as to use it.
type desk struct {
	mac  hash.Hash // it has the secret
	text []byte    // at most wire.MaxToken
	sum  []byte
}

func newSeal(k key) *seal {
	s := &seal{key: k}
	s.desks.New = func() any { return &desk{mac: hmac.New(sha256.New, k.secret)} }
	return s
}

// headerOf is the first part of each token that Sign makes with a key, up to the dot.
func headerOf(kid string) string {
	header, _ := json.Marshal(map[string]string{"alg": algorithm, "kid": kid, "typ": "JWT"}) // it cannot fail
	return base64.RawURLEncoding.EncodeToString(header)
}

// open returns the payload of a token that begins with the header of this key.
func (s *seal) open(text string) ([]byte, error) {
	last := strings.LastIndexByte(text, '.')
	if !s.signed(text[:last], text[last+1:]) {
		return nil, errSigned
	}
	_, body, _ := strings.Cut(text[:last], ".")
	payload, err := strict.DecodeString(body)
	if err != nil {
		return nil, errSigned
	}
	return payload, nil
}

// signed says whether a signature is that of text, letter for letter.
func (s *seal) signed(text, signature string) bool {
	d := s.desks.Get().(*desk)
	defer s.desks.Put(d)
	d.mac.Reset()
	d.text = append(d.text[:0], text...)
	_, _ = d.mac.Write(d.text) // it never fails
	d.sum = d.mac.Sum(d.sum[:0])
	d.text = base64.RawURLEncoding.AppendEncode(d.text[:0], d.sum)
	return hmac.Equal(d.text, []byte(signature))
}
