package settings

import (
	"errors"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// A PIN keeps passers-by and accidental clicks from the settings. It does not protect from
// people who can write the settings file: who forgot the PIN runs "jumun pin --clear".
const (
	minPIN = 4
	maxPIN = 12 // digits
)

// maxCost bounds how long a stored hash takes to check: each step doubles bcrypt's time, and
// the default of 10 takes about 60 ms.
const maxCost = bcrypt.DefaultCost + 2

// errPIN is returned for a PIN that does not have 4 to 12 digits.
var errPIN = errors.New("a PIN has 4 to 12 digits")

// HashPIN returns the hash that is stored in place of a PIN. The error is errPIN, or the
// system has no random numbers.
func HashPIN(pin string) (string, error) {
	pin = trim(pin)
	if len(pin) < minPIN || len(pin) > maxPIN || strings.Trim(pin, "0123456789") != "" {
		return "", errPIN
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(pin), bcrypt.DefaultCost)
	return string(hash), err
}

// PINMatches reports whether hash is the hash of pin, as it was typed. A malformed hash
// matches nothing. A call takes about 60 ms. The caller must limit the attempts.
func PINMatches(hash, pin string) bool {
	return checkPIN(hash) == "" && bcrypt.CompareHashAndPassword([]byte(hash), []byte(trim(pin))) == nil
}

// checkPIN finds a hash that belongs to no PIN. Load drops such a hash and reports it: a
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
