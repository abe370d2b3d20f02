package order

import (
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
		{"slashes and braces", "a/{b}%", nil},
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
