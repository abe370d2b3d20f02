package platform

import "testing"

func TestAFileGetsTheCharactersThatTheConsoleHas(t *testing.T) {
	const korean = 949
	tests := []struct{ name, text, want string }{
		{"Hangul", "주문 1", "\xc1\xd6\xb9\xae 1"},
		{"a character that the page does not have", "✓ ok", "? ok"},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		if got, err := inPage(tt.text, korean); string(got) != tt.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", tt.name, got, err, tt.want)
		}
	}
}
