package order

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestALineKeepsEmojiWholeAndDropsWhatHides(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a family", "👨‍👩‍👧 세트 2", "👨‍👩‍👧 세트 2"},
		{"a family between line breaks", "라떼\n👨‍👩‍👧\n", "라떼 👨‍👩‍👧"},
		{"a cook with the colour of a skin", "👩🏽‍🍳", "👩🏽‍🍳"},
		{"a heart in colours that burns", "❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"},
		{"a shaken head", "🙂\u200d↔\ufe0f", "🙂\u200d↔\ufe0f"},
		{"a joiner between letters", "라\u200d떼", "라 떼"},
		{"a joiner at the end", "👨\u200d", "👨"},
		{"a joiner at the beginning", "\u200d👨", "👨"},
		{"two joiners", "👨\u200d\u200d👩", "👨 👩"},
		{"a joiner beside a broken byte", "👨\u200d\xff", "👨"},
		{"text that is turned around", "👨\u202e👩 \u2066라떼\u2069", "👨 👩 라떼"},
		{"a mark that turns the end of a joined emoji", "👨\u200d\u200f👩", "👨 👩"},
	} {
		if got := Line(tt.in, 20); got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
	if got := Line("👨‍👩‍👧‍👦", 4); got != "👨‍👩…" {
		t.Errorf("cut: %q", got)
	}
	if got := Line("가👨‍👩‍👧", 4); got != "가👨…" {
		t.Errorf("cut after a joiner: %q", got)
	}
}

// lineInWords is Line, a word after the other.
func lineInWords(s string, limit int) string {
	runes := []rune(s)
	for i, r := range slices.Clone(runes) {
		joins := r == 0x200d && i > 0 && i+1 < len(runes) && pictograph(runes[i+1]) &&
			(pictograph(runes[i-1]) || strings.ContainsRune("🏻🏼🏽🏾🏿\ufe0f", runes[i-1]))
		if unicode.IsSpace(r) || r == utf8.RuneError || !unicode.IsPrint(r) && !joins {
			runes[i] = ' '
		}
	}
	runes = []rune(strings.Join(strings.Fields(string(runes)), " "))
	if len(runes) > limit {
		return strings.TrimRight(string(runes[:limit-1]), "\u200d") + "…"
	}
	return string(runes)
}

func pictograph(r rune) bool { return r != utf8.RuneError && unicode.Is(unicode.So, r) || r == 0x2194 }

func FuzzLine(f *testing.F) {
	for _, s := range []string{"", " ", "a b", " a", "a ", "a  b", "a\u3000b", "김밥\n", "\xff", "\ufffd", "\u202e", strings.Repeat("가", 8),
		strings.Repeat("가", 9), "👨‍👩‍👧", "👨\u200d\xff", "가👩🏽‍🍳❤\ufe0f\u200d🔥"} {
		f.Add(s, 8)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = max(limit, 1)
		got := Line(s, limit)
		if want := lineInWords(s, limit); got != want {
			t.Fatalf("%q, %d: %q, want %q", s, limit, got, want)
		}
		if again := Line(got, limit); again != got {
			t.Fatalf("%q became %q, and that %q", s, got, again)
		}
	})
}
