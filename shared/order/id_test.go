package order

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

func TestIDsAreComparedAsNumbers(t *testing.T) {
	tests := []struct {
		name string
		a, b ID
		want int
	}{
		{"the same", "5-1", "5-1", 0},
		{"more digits are later", "9-0", "10-0", -1},
		{"the sequence decides within a millisecond", "5-10", "5-9", 1},
		{"no ID is before every ID", "", "0-0", -1},
		{"garbage is before every ID", "abc", "0-0", -1},
		{"so is an ID written in another way", "01-0", "0-0", -1},
		{"so is one later than any time", "9223372036854775808-0", "0-0", -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.a.Compare(tt.b); got != tt.want {
				t.Errorf("Compare is %d, want %d", got, tt.want)
			}
			if got := tt.b.Compare(tt.a); got != -tt.want {
				t.Errorf("the other way round it is %d", got)
			}
		})
	}
}

// isWritten reports whether s is how Redis writes the numbers in it.
func isWritten(s string) bool {
	left, right, _ := strings.Cut(s, "-")
	ms, err := strconv.ParseInt(left, 10, 64)
	seq, err2 := strconv.ParseUint(right, 10, 64)
	return err == nil && err2 == nil && ms >= 0 && s == fmt.Sprintf("%d-%d", ms, seq)
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"1722000000000-0", "0-0", "", "-", "01-0", "1-0 ", "1-", "99999999999999999999-0", "-1-0", "+1-0", "1-0-0", "9223372036854775807-18446744073709551615", "9223372036854775808-0", "1-01", "00-0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		if (err == nil) != isWritten(s) {
			t.Fatalf("%q: %v", s, err)
		}
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if string(id) != s || id.Compare("") != 1 || id.Time().Year() < 1970 {
			t.Fatalf("%q was taken as %q, %v", s, id, id.Time())
		}
	})
}
