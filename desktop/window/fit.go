package window

import "fyne.io/fyne/v2"

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
	end := []rune(lines[last.lines-1])
	for len(end) > 1 && width(string(end)+"…") > area.Width {
		end = end[:len(end)-1]
	}
	lines[last.lines-1] = string(end) + "…"
	return fitted{last.size, lines}
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
