package popup

import (
	"strings"

	"fyne.io/fyne/v2"
)

// A textSize is the size of a text, and the number of lines that it may take.
type textSize struct {
	size  float32
	lines int
}

// A fittedText is a text cut into lines, and the size in which the lines fit.
type fittedText struct {
	size  float32
	lines []string
}

// fit returns text in the first of sizes, largest first, in which it fits into area. IDs
// have no spaces, so a line may end after any character. A text that is too long for the
// last size ends in "…", because the button below it must stay in its place.
func fit(text string, area fyne.Size, sizes []textSize, measure func(text string, size float32) fyne.Size) fittedText {
	for _, s := range sizes {
		width := func(line string) float32 { return measure(line, s.size).Width }
		lines := wrap(text, area.Width, width)
		if len(lines) <= s.lines && float32(len(lines))*measure(text, s.size).Height <= area.Height {
			return fittedText{s.size, lines}
		}
	}
	last := sizes[len(sizes)-1]
	width := func(line string) float32 { return measure(line, last.size).Width }
	lines := wrap(text, area.Width, width)[:last.lines]
	lines[last.lines-1] = shorten(lines[last.lines-1], area.Width, width)
	return fittedText{last.size, lines}
}

// shorten returns line with an ellipsis at its end, cut to max.
func shorten(line string, max float32, width func(string) float32) string {
	end := []rune(line)
	for len(end) > 1 && width(string(end)+"…") > max {
		end = end[:len(end)-1]
	}
	return string(end) + "…"
}

// phrase cuts a text into at most that many lines, between words where it can. A text that
// is too long ends in "…".
func phrase(text string, max float32, most int, width func(string) float32) []string {
	var lines []string
	for _, word := range strings.Fields(text) {
		if n := len(lines); n > 0 && width(lines[n-1]+" "+word) <= max {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, wrap(word, max, width)...)
		}
		if len(lines) > most { // the rest would only be measured
			lines = append(lines[:most-1], shorten(lines[most-1]+" "+lines[most], max, width))
			break
		}
	}
	return lines
}

// wrap cuts text into lines no wider than max, of at least one character each.
func wrap(text string, max float32, width func(string) float32) []string {
	lines := []string{""}
	for _, r := range text {
		last := lines[len(lines)-1]
		if longer := last + string(r); last == "" || width(longer) <= max {
			lines[len(lines)-1] = longer
		} else {
			lines = append(lines, string(r))
		}
	}
	return lines
}
