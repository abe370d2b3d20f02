package order

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestIDsAreOneTo64PrintableCharactersWithoutSpaces(t *testing.T) {
	tests := []struct {
		name, in string
		want     error
	}{
		{"a number", "42", nil},
		{"hangul", "강남점-1", nil},
		{"an emoji", "🍜", nil},
		{"braces and signs", "a{b}+@:,", nil},
		{"64 hangul, which are 192 bytes", strings.Repeat("가", 64), nil},
		{"empty", "", ErrMalformed},
		{"65 characters", strings.Repeat("a", 65), ErrMalformed},
		{"ten megabytes", strings.Repeat("a", 10<<20), ErrMalformed},
		{"a space", "a b", ErrMalformed},
		{"a wide space", "a\u3000b", ErrMalformed},
		{"a newline, which would end an SSE line", "a\nb", ErrMalformed},
		{"a NUL", "a\x00", ErrMalformed},
		{"a right-to-left override, which would print another number", "\u202e1001", ErrMalformed},
		{"half a character", "\xea\xb0", ErrMalformed},
		{"a step in a URL's path", "..", ErrMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ParseMartID(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("ParseMartID: %v, want %v", err, tt.want)
			}
			if _, err := ParseOrderID(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("ParseOrderID: %v, want %v", err, tt.want)
			}
		})
	}
}

func TestAMartIDSurvivesInAPath(t *testing.T) {
	for _, c := range `/\%?#;` {
		in := "a" + string(c) + "b"
		if _, err := ParseMartID(in); !errors.Is(err, ErrMalformed) {
			t.Errorf("mart %q: %v", in, err)
		}
		if _, err := ParseOrderID(in); err != nil {
			t.Errorf("the number %q of an order is what staff call out: %v", in, err)
		}
	}
}

func TestIDsThatLookTheSameAreTheSame(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"Hangul letter by letter, as macOS writes it", "\u1100\u1161\u11bc남점", "강남점"},
		{"full-width digits", "４２", "42"},
		{"full-width letters", "Ａ-１", "A-1"},
		{"half-width katakana", "ｶﾞ", "ガ"},
		{"as it should be", "강남점-1", "강남점-1"},
		{"capitals are letters of their own", "A1", "A1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if mart, err := ParseMartID(tt.in); err != nil || string(mart) != tt.want {
				t.Errorf("mart %q, %v; want %q", mart, err, tt.want)
			}
			var number OrderID
			if err := json.Unmarshal([]byte(`"`+tt.in+`"`), &number); err != nil || string(number) != tt.want {
				t.Errorf("order in JSON %q, %v; want %q", number, err, tt.want)
			}
		})
	}
	if _, err := ParseMartID("／"); err == nil {
		t.Error("a wide slash was taken")
	}
}

func FuzzParseOrderID(f *testing.F) {
	for _, s := range []string{"", "1001", "４２", "\u1100\u1161", "ｶﾞ", "\xff", "e\u0301", "ﾡ", "\u3131\u314f", strings.Repeat("１", 70)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseOrderID(s)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseOrderID(string(id)); err != nil || again != id {
			t.Fatalf("%q became %q, and that %q, %v", s, id, again, err)
		}
	})
}
