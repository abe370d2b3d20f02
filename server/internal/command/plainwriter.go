package command

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"jumun/shared/order"
)

// A plainWriter writes text to a terminal, whoever made up the text: the name of a device, or what a
// server or a Redis answers. What moves the cursor, colours, hides or turns text around (control
// characters, and Unicode's for bidirectional text) is written as \u202e, which JSON reads as the
// character. Each Write must have whole characters.
type plainWriter struct{ to io.Writer }

// Write writes p. If that fails, it does not say how much of p was written.
func (w plainWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(w.to, escape(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '\n' || r == '\t' || r != utf8.RuneError && unicode.IsGraphic(r) || order.JoinsEmoji(s, i) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
