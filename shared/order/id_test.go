package order

import (
	"errors"
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

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"1722000000000-0", "0-0", "", "-", "01-0", "1-0 ", "1-", "99999999999999999999-0", "-1-0", "+1-0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
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
