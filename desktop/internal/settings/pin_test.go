package settings

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

func hash(t testing.TB, pin string) string {
	t.Helper()
	hash, err := HashPIN(pin)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestAHashMatchesOnlyItsPIN(t *testing.T) {
	of1234 := hash(t, "1234")
	tests := []struct {
		name, hash, pin string
		want            bool
	}{
		{"the PIN", of1234, "1234", true},
		{"with a line break, as a scanner types", of1234, "1234\n", true},
		{"another", of1234, "1235", false},
		{"the beginning", of1234, "123", false},
		{"nothing", of1234, "", false},
		{"the hash itself", of1234, of1234, false},
		{"no hash", "", "", false},
		{"a PIN in place of its hash", "1234", "1234", false},
		{"a truncated hash", of1234[:30], "1234", false},
		{"more than a hash", of1234 + "x", "1234", false},
		{"a hash that takes days", strings.Replace(of1234, "$10$", "$31$", 1), "1234", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := PINMatches(tt.hash, tt.pin); got != tt.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestAPINHasFourToTwelveDigits(t *testing.T) {
	tests := []struct {
		name, pin string
		want      error
	}{
		{"four", "0000", nil},
		{"twelve", "123456789012", nil},
		{"spaces around", " 1234 ", nil},
		{"none", "", errPIN},
		{"three", "123", errPIN},
		{"thirteen", "1234567890123", errPIN},
		{"letters", "12a4", errPIN},
		{"digits of another script", "१२३४", errPIN},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := HashPIN(tt.pin); !errors.Is(err, tt.want) {
				t.Errorf("%v, not %v", err, tt.want)
			}
		})
	}
}

func TestAHashHidesItsPIN(t *testing.T) {
	one, other := hash(t, "1234"), hash(t, "1234")
	if one == other || strings.Contains(one, "1234") {
		t.Errorf("%s and %s", one, other)
	}
	if cost, err := bcrypt.Cost([]byte(one)); err != nil || cost < bcrypt.DefaultCost {
		t.Errorf("the cost is %d, %v", cost, err)
	}
}

func FuzzPINMatches(f *testing.F) {
	f.Add("", "")
	f.Add("$2a$04$", "1234")
	f.Add("$2a$31$"+strings.Repeat("a", 53), "1234")
	f.Fuzz(func(t *testing.T, hash, pin string) {
		if len(hash) != 60 && PINMatches(hash, pin) {
			t.Fatalf("%q matches %q", pin, hash)
		}
	})
}
