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

// keyOf returns the key under which a pairing is offered. It does not reveal the code. The
// mart is the salt, so that a code is good for its own mart only.
func keyOf(code string, mart order.MartID) string {
	key := argon2.IDKey([]byte(code), []byte("jumun pairing "+mart), keyTime, keyMemory, keyThreads, keyLength)
	return base64.RawURLEncoding.EncodeToString(key)
}

// newCode returns a random code. Each letter is as likely as any other.
func newCode() string {
	letters := big.NewInt(int64(len(wire.CodeAlphabet)))
	code := make([]byte, wire.CodeLength)
	for i := range code {
		n, _ := rand.Int(rand.Reader, letters) // rand.Reader never fails
		code[i] = wire.CodeAlphabet[n.Int64()]
	}
	return string(code)
}
