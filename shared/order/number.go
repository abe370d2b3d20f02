package order

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// inPaths are the characters that a proxy on the way may change in the path of a URL, also when
// they are escaped: nginx, for one, decodes and cleans paths.
const inPaths = `/\%?#;`

// ParseMartID returns s as a mart's ID, normalized: see Normalize. Its errors wrap ErrMalformed.
func ParseMartID(s string) (MartID, error) {
	s = Normalize(s)
	if i := strings.IndexAny(s, inPaths); i >= 0 {
		return "", fmt.Errorf("mart ID has a %q, which does not survive in a URL: %w", s[i], ErrMalformed)
	}
	return MartID(s), check("mart ID", s)
}

// ParseOrderID returns s as an order's ID, normalized: see Normalize. Its errors wrap ErrMalformed.
func ParseOrderID(s string) (OrderID, error) {
	s = Normalize(s)
	return OrderID(s), check("order ID", s)
}

// noKeys are what programs make of a key that they do not have. They would be the key of every order, and only the first
// one would ring.
var noKeys = []string{"null", "undefined", "None", "nil"}

// ParseKey returns s as an idempotency key. Its errors wrap ErrMalformed.
func ParseKey(s string) (string, error) {
	switch n := utf8.RuneCountInString(s); {
	case strings.TrimSpace(s) == "":
		return "", fmt.Errorf("key is empty: %w", ErrMalformed)
	case slices.Contains(noKeys, s):
		return "", fmt.Errorf("key is %s, which programs write in place of none: %w", s, ErrMalformed)
	case n > MaxKey:
		return "", fmt.Errorf("key has %d characters, at most %d are allowed: %w", n, MaxKey, ErrMalformed)
	}
	if i := strings.IndexFunc(s, unprintable); i >= 0 {
		return "", fmt.Errorf("key has a character that cannot be printed at byte %d: %w", i, ErrMalformed)
	}
	return s, nil
}

// UnmarshalText sets m to text, normalized but not checked: encoding/json calls it for every mart ID
// that it reads.
func (m *MartID) UnmarshalText(text []byte) error {
	*m = MartID(Normalize(string(text)))
	return nil
}

// UnmarshalText sets o to text as MartID.UnmarshalText does.
func (o *OrderID) UnmarshalText(text []byte) error {
	*o = OrderID(Normalize(string(text)))
	return nil
}

// Normalize returns s in one of the spellings that look the same: composed (Unicode NFC), and with
// Latin letters and digits that are as wide as a Hangul syllable in their usual width. Otherwise an
// ID that a person has typed may not be the one that a publisher sends. A text longer than any ID stays as it is.
func Normalize(s string) string {
	if len(s) > MaxIDLength*utf8.UTFMax*4 || isASCII(s) { // it is refused, or has one spelling
		return s
	}
	return norm.NFC.String(width.Fold.String(s))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func check(what, s string) error {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return fmt.Errorf("%s is empty: %w", what, ErrMalformed)
	case n > MaxIDLength:
		return fmt.Errorf("%s has %d characters, at most %d are allowed: %w", what, n, MaxIDLength, ErrMalformed)
	case s == "." || s == "..":
		// In the path of a URL these are steps.
		return fmt.Errorf("%s %q cannot stand in a URL: %w", what, s, ErrMalformed)
	}
	for i, r := range s {
		if unprintable(r) || unicode.IsSpace(r) {
			return fmt.Errorf("%s has a character that cannot be printed, or a space, at byte %d: %w", what, i, ErrMalformed)
		}
	}
	return nil
}

func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }
