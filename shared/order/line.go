package order

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns s as one printable line of at most limit characters.
func Line(s string, limit int) string {
	if isLine(s, limit) { // nearly everything is
		return s
	}
	s = strings.Join(words(s), " ")
	if runes := []rune(s); len(runes) > limit {
		return strings.TrimRight(string(runes[:limit-1]), string(joiner)) + "…"
	}
	return s
}

// isLine reports whether s is at most limit characters long, has one space between words, and
// none at its ends.
func isLine(s string, limit int) bool {
	was, length := ' ', 0
	for i, r := range s {
		if r == ' ' && was == ' ' || r != ' ' && breaks(s, i, r) {
			return false
		}
		was, length = r, length+1
	}
	return length <= limit && (was != ' ' || s == "")
}

func words(s string) []string {
	var spaced strings.Builder
	for i, r := range s {
		if breaks(s, i, r) {
			r = ' '
		}
		spaced.WriteRune(r)
	}
	return strings.Fields(spaced.String())
}

// breaks reports whether r, which stands at byte i of s, separates words, as a space does.
func breaks(s string, i int, r rune) bool {
	return unicode.IsSpace(r) || r == utf8.RuneError || !unicode.IsPrint(r) && !JoinsEmoji(s, i)
}

// joiner is Unicode's ZERO WIDTH JOINER.
const joiner = '\u200d'

// JoinsEmoji reports whether the character at byte i of s makes one emoji of the two beside it, as
// in 👨‍👩‍👧. Anywhere else this character is invisible: two texts with and without it look the same.
func JoinsEmoji(s string, i int) bool {
	after, is := strings.CutPrefix(s[i:], string(joiner))
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	next, _ := utf8.DecodeRuneInString(after)
	return is && endsEmoji(before) && beginsEmoji(next)
}

// endsEmoji reports whether an emoji may end in r: the symbol itself, the colour of a skin, or the
// wish that the symbol is drawn in colours.
func endsEmoji(r rune) bool {
	return beginsEmoji(r) || '\U0001f3fb' <= r && r <= '\U0001f3ff' || r == '\ufe0f'
}

// beginsEmoji reports whether r is a pictograph. Unicode counts the arrow of a shaken head among
// the mathematical symbols.
func beginsEmoji(r rune) bool {
	return r != utf8.RuneError && unicode.Is(unicode.So, r) || r == '↔'
}
