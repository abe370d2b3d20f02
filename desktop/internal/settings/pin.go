package settings

import (
	"errors"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// A PIN keeps passers-by and busy hands from the settings. It keeps nobody out who may
// write the settings file: whoever has lost it deletes "pin" there, and starts jumun again.
const (
	minPIN = 4
	maxPIN = 12 // digits
)

// maxCost bounds how long a stored hash keeps us: each step doubles bcrypt's time, and the
// default of 10 takes some 60 ms.
const maxCost = bcrypt.DefaultCost + 2

// ErrPIN says that a PIN cannot be set: it does not have 4 to 12 digits.
var ErrPIN = errors.New("a PIN has 4 to 12 digits")

// HashPIN returns what is stored in place of a PIN. The error is ErrPIN, or the system has
// no random numbers.
func HashPIN(pin string) (string, error) {
	pin = trim(pin)
	if len(pin) < minPIN || len(pin) > maxPIN || strings.Trim(pin, "0123456789") != "" {
		return "", ErrPIN
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(pin), bcrypt.DefaultCost)
	return string(hash), err
}

// PINMatches reports whether hash is that of pin, as it was typed. A malformed hash matches
// nothing. It takes some 60 ms; the caller limits attempts.
func PINMatches(hash, pin string) bool {
	return checkPIN(hash) == "" && bcrypt.CompareHashAndPassword([]byte(hash), []byte(trim(pin))) == nil
}

// checkPIN knows what no PIN can have been hashed to. Load drops such a hash and says so: a
// damaged file must not lock a store out of its settings.
func checkPIN(hash string) string {
	if hash == "" {
		return ""
	}
	if cost, err := bcrypt.Cost([]byte(hash)); err != nil || cost > maxCost || len(hash) != 60 {
		return "settings.pin-malformed"
	}
	return ""
}
