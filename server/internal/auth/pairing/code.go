package pairing

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"

	"golang.org/x/crypto/argon2"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// The cost of a key: OWASP's Password Storage Cheat Sheet asks argon2id for 19 MiB in two
// passes. An attacker who reads Redis has 15 minutes to try 2^39 codes.
const (
	keyTime    = 2
	keyMemory  = 19 << 10 // KiB
	keyThreads = 1
	keyLength  = 32
)

// A secret is a code or an enrolment key, as somebody typed it or as it was made.
type secret struct{ letters, salt string }

// codeOf returns a code with the mart as its salt, so that it is good for its own mart only.
func codeOf(code string, mart order.MartID) secret {
	return secret{code, "jumun pairing " + string(mart)}
}

// enrolKeyOf returns an enrolment key. It says itself for which mart it is.
func enrolKeyOf(key string) secret { return secret{key, "jumun enrolment"} }

// hash returns under what a pairing is offered. It does not reveal the secret. A key of 123 bits could be
// found faster, but then guessing one would cost less than guessing a code.
func (s secret) hash() string {
	key := argon2.IDKey([]byte(s.letters), []byte(s.salt), keyTime, keyMemory, keyThreads, keyLength)
	return base64.RawURLEncoding.EncodeToString(key)
}

// newLetters returns random letters. Each letter is as likely as any other.
func newLetters(count int) string {
	letters := big.NewInt(int64(len(wire.CodeAlphabet)))
	code := make([]byte, count)
	for i := range code {
		n, _ := rand.Int(rand.Reader, letters) // rand.Reader never fails
		code[i] = wire.CodeAlphabet[n.Int64()]
	}
	return string(code)
}
