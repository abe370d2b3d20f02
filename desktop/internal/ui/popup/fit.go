package popup

import (
	"strings"

	"fyne.io/fyne/v2"
)

// A rung is a text size, and how many lines of it a text may take.
type rung struct {
	size  float32
	lines int
}

// A fitted text is cut into lines that stay within an area.
type fitted struct {
	size  float32
	lines []string
}

// fit takes the first rung, largest first, with which text stays within area. IDs have
// no spaces, so a line may end anywhere. A text that no rung holds ends in "…", since
// what stands beside or below it (the button) must stay where it is.
func fit(text string, area fyne.Size, ladder []rung, measure func(text string, size float32) fyne.Size) fitted {
	for _, r := range ladder {
		width := func(s string) float32 { return measure(s, r.size).Width }
		lines := wrap(text, area.Width, width)
		if len(lines) <= r.lines && float32(len(lines))*measure(text, r.size).Height <= area.Height {
			return fitted{r.size, lines}
		}
	}
	last := ladder[len(ladder)-1]
	width := func(s string) float32 { return measure(s, last.size).Width }
	lines := wrap(text, area.Width, width)[:last.lines]
	lines[last.lines-1] = shorten(lines[last.lines-1], area.Width, width)
	return fitted{last.size, lines}
}

// shorten makes room for an ellipsis at the end of a line, and sets it.
func shorten(line string, max float32, width func(string) float32) string {
	end := []rune(line)
	for len(end) > 1 && width(string(end)+"…") > max {
		end = end[:len(end)-1]
	}
	return string(end) + "…"
}

// phrase cuts a text of words into at most that many lines, between words where it can.
// What they do not hold ends in "…".
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

// wrap cuts text into lines no wider than max; a line has at least one character.
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
