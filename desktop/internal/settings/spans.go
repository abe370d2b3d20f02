package settings

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"
)

const dayMinutes = 24 * 60

// A Span is a time for which the store is open, in minutes after the midnight with which its day begins.
// Closes is after Opens, and may be on the next day.
type Span struct{ Opens, Closes int }

var (
	wholeDay  = []Span{{0, dayMinutes}}
	errSpans  = errors.New("no spans of a day")
	dash      = regexp.MustCompile(`\s*[-~–—〜∼]\s*`)
	daysOff   = []string{DayOff, "closed", "휴무", "휴무일", "정기휴무", "휴일", "쉼", "쉽니다", "쉬는 날"}
	wholeDays = []string{"24시간", "24h", "24 h", "종일", "all day"}
)

// Spans returns when the store is open on a weekday that is no holiday, in order. Hours that Check would refuse
// mean all day: an alarm too many does less harm than one too few.
func (h Hours) Spans(day time.Weekday) []Span {
	spans, err := parseSpans(h.Week[day])
	if h.Week[day] == "" {
		spans, err = h.daily()
	}
	if err != nil {
		return wholeDay
	}
	return spans
}

// daily returns the spans of a day that has no hours of its own.
func (h Hours) daily() ([]Span, error) {
	whole := Span{0, dayMinutes}
	if h.Open != "" || h.Close != "" {
		var err error
		if whole, err = parseSpan(h.Open+"-"+h.Close, 0); err != nil {
			return nil, err
		}
	}
	if h.Break == "" {
		return []Span{whole}, nil
	}
	pause, err := parseSpan(h.Break, whole.Opens)
	if err != nil || pause.Opens == whole.Opens || pause.Closes >= whole.Closes {
		return nil, errSpans
	}
	return []Span{{whole.Opens, pause.Opens}, {pause.Closes, whole.Closes}}, nil
}

// parseSpans reads the hours of a weekday. Those of one that has none are none.
func parseSpans(day string) (spans []Span, err error) {
	if day == DayOff {
		return nil, nil
	}
	from := 0
	for _, text := range strings.Fields(day) {
		span, err := parseSpan(text, from)
		if err != nil || span.Opens >= dayMinutes {
			return nil, errSpans
		}
		spans, from = append(spans, span), span.Closes
	}
	if from > dayMinutes && from-dayMinutes > spans[0].Opens { // a day may not run into itself
		return nil, errSpans
	}
	return spans, nil
}

// parseSpan reads "11:00-15:00" as the next such span that begins at the minute from or later.
func parseSpan(text string, from int) (s Span, err error) {
	opens, closes, ok := strings.Cut(text, "-")
	if !ok || !isTime(opens) || !isTime(closes) {
		return Span{}, errSpans
	}
	s = Span{minuteOf(opens), minuteOf(closes)}
	for s.Opens < from {
		s.Opens += dayMinutes
	}
	for s.Closes <= s.Opens {
		s.Closes += dayMinutes
	}
	return s, nil
}

func minuteOf(timeOfDay string) int {
	at, _ := time.Parse(timeLayout, timeOfDay) // isTime has checked it
	return at.Hour()*60 + at.Minute()
}

// cleanSpans converts the hours of a day in any usual notation to the stored one: 9시~15시, 오후 5:00 - 9:00 pm.
// It leaves anything else for checkHours to refuse.
func cleanSpans(typed string) string {
	typed = width.Fold.String(trim(typed))
	switch plain := strings.ToLower(typed); {
	case slices.Contains(daysOff, plain):
		return DayOff
	case slices.Contains(wholeDays, plain):
		return AllDay
	}
	pieces := strings.Split(dash.ReplaceAllString(strings.NewReplacer(",", " ", ";", " ").Replace(typed), "-"), "-")
	var times []string
	for i, piece := range pieces {
		if i > 0 && i < len(pieces)-1 { // the end of a span and the beginning of the next
			end, begin, ok := cutTimes(piece)
			if !ok {
				return typed
			}
			times = append(times, end, begin)
			continue
		}
		times = append(times, cleanTime(piece))
	}
	return joinSpans(times, typed)
}

// cutTimes cuts a text of two times of day.
func cutTimes(text string) (first, second string, ok bool) {
	for i, r := range text {
		if r != ' ' {
			continue
		}
		first, second = cleanTime(text[:i]), cleanTime(text[i:])
		if isTime(first) && isTime(second) {
			return first, second, true
		}
	}
	return "", "", false
}

// joinSpans returns the spans between pairs of times, or typed if these are no such pairs.
func joinSpans(times []string, typed string) string {
	if len(times)%2 != 0 || !slices.ContainsFunc(times, isTime) {
		return typed
	}
	var spans []string
	for pair := range slices.Chunk(times, 2) {
		if !isTime(pair[0]) || !isTime(pair[1]) {
			return typed
		}
		spans = append(spans, pair[0]+"-"+pair[1])
	}
	return strings.Join(spans, " ")
}
