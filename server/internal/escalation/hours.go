package escalation

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Hours are when a mart is open, by weekday. The zero Hours are always.
type Hours struct {
	set   bool
	spans [7][]span // by time.Weekday
}

// A span is part of a day, in minutes since midnight.
type span struct{ from, to int }

const day = 24 * 60

// open reports whether a mart with these hours is open at a moment.
func (h Hours) open(at time.Time) bool {
	minute := at.Hour()*60 + at.Minute()
	return !h.set || slices.ContainsFunc(h.spans[at.Weekday()], func(s span) bool { return s.from <= minute && minute < s.to })
}

// openThroughout reports whether it is open the whole time.
func (h Hours) openThroughout(from, to time.Time) bool {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if !h.open(at) {
			return false
		}
	}
	return h.open(to)
}

// longest returns the longest time for which it is open without a break.
func (h Hours) longest() time.Duration {
	if !h.set {
		return math.MaxInt64
	}
	var all []span
	for d := range 2 * 7 { // twice: round the end of the week too
		for _, s := range h.spans[d%7] {
			all = append(all, span{d*day + s.from, d*day + s.to})
		}
	}
	slices.SortFunc(all, func(a, b span) int { return a.from - b.from })
	best, now := 0, span{}
	for _, s := range all {
		if s.from > now.to {
			now.from = s.from
		}
		now.to = max(now.to, s.to)
		best = max(best, now.to-now.from)
	}
	if best == 2*7*day {
		return math.MaxInt64
	}
	return time.Duration(best) * time.Minute
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// UnmarshalYAML reads "09:00-22:00", "09:00-14:00, 17:00-02:00" or always, for every day; or such a text for each
// of some days: {mon-fri: …, sat: …}. A day that is left out is closed.
func (h *Hours) UnmarshalYAML(node *yaml.Node) error {
	switch {
	case node.Kind == yaml.ScalarNode && node.Value == "always":
		*h = Hours{}
		return nil
	case node.Kind == yaml.ScalarNode:
		h.set = true
		return h.add(node, 0, 6)
	case node.Kind != yaml.MappingNode:
		return at(node, `hours are "09:00-22:00", always, or {mon-fri: "09:00-22:00"}`)
	}
	h.set = true
	for i := 0; i+1 < len(node.Content); i += 2 {
		first, last, err := parseDays(node.Content[i])
		if err == nil {
			err = h.add(node.Content[i+1], first, last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parseDays reads mon or mon-fri.
func parseDays(node *yaml.Node) (first, last int, err error) {
	from, to, isRange := strings.Cut(strings.ToLower(node.Value), "-")
	if !isRange {
		to = from
	}
	first, last = slices.Index(weekdays, from), slices.Index(weekdays, to)
	if first < 0 || last < 0 {
		return 0, 0, at(node, "%q is no day: write mon, or mon-fri", node.Value)
	}
	return first, last, nil
}

// add adds the spans in a text to the days from first to last, round the end of the week.
func (h *Hours) add(node *yaml.Node, first, last int) error {
	for text := range strings.SplitSeq(node.Value, ",") {
		s, err := parseSpan(strings.TrimSpace(text))
		if err != nil {
			return at(node, "%v", err)
		}
		for d := first; ; d = (d + 1) % 7 {
			h.addSpan(d, s)
			if d == last {
				break
			}
		}
	}
	return nil
}

// addSpan adds a span that begins on a day, and may end on the next.
func (h *Hours) addSpan(d int, s span) {
	if s.to > s.from {
		h.spans[d] = append(h.spans[d], s)
		return
	}
	h.spans[d] = append(h.spans[d], span{s.from, day})
	h.spans[(d+1)%7] = append(h.spans[(d+1)%7], span{0, s.to})
}

func parseSpan(text string) (s span, err error) {
	from, to, ok := strings.Cut(text, "-")
	if ok {
		if s.from, err = parseMinute(from); err == nil {
			s.to, err = parseMinute(to)
		}
	}
	if !ok || err != nil || s.from == s.to || s.from == day {
		return span{}, fmt.Errorf(`%q are no hours: write "09:00-22:00"`, text)
	}
	return s, nil
}

// parseMinute reads 09:00, to 24:00.
func parseMinute(text string) (int, error) {
	if text == "24:00" {
		return day, nil
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err
}
