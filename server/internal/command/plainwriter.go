package command

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A plainWriter writes text to a terminal, whoever made up the text: the name of a device, or what a
// server or a Redis answers. What moves the cursor, colours, hides or turns text around (control
// characters, and Unicode's for bidirectional text) is written as \u202e, which JSON reads as the
// character. Each Write must have whole characters.
type plainWriter struct{ to io.Writer }

// Write writes p. If that fails, it does not say how much of p was written.
func (w plainWriter) Write(p []byte) (int, error) {
	text := p
	if bytes.ContainsFunc(p, unprintable) {
		text = escape(p)
	}
	if _, err := w.to.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

func unprintable(r rune) bool {
	return r == utf8.RuneError || r != '\n' && r != '\t' && !unicode.IsGraphic(r)
}

func escape(p []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(p) {
		if !unprintable(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.Bytes()
}
