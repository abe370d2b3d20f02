package settings

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// timeLayout is the layout of the stored times of day.
const timeLayout = "15:04"

// checkHours checks hours that come from Clean.
func checkHours(h Hours) string {
	switch {
	case !slices.Contains([]string{OutsideRing, OutsidePopup, OutsideSilent}, h.Outside):
		return "settings.hours-outside"
	case h.Open != "" && !isTime(h.Open), h.Close != "" && !isTime(h.Close):
		return "settings.hours-time"
	case (h.Open == "") != (h.Close == ""):
		return "settings.hours-both"
	case h.Open != "" && h.Open == h.Close:
		return "settings.hours-same"
	}
	if _, err := h.daily(); err != nil {
		return "settings.hours-break"
	}
	for _, day := range h.Week {
		if _, err := parseSpans(day); err != nil {
			return "settings.hours-week"
		}
	}
	if !areDates(h.Holidays) {
		return "settings.hours-holidays"
	}
	if !slices.ContainsFunc(h.Week[:], func(day string) bool { return day != DayOff }) { // silence would look like quiet days
		return "settings.hours-never"
	}
	return ""
}

func cleanHours(h Hours) Hours {
	h.Open, h.Close, h.Outside = cleanTime(h.Open), cleanTime(h.Close), trim(h.Outside)
	h.Break, h.Holidays = cleanSpans(h.Break), cleanDates(h.Holidays)
	for day := range h.Week {
		h.Week[day] = cleanSpans(h.Week[day])
	}
	return h
}

func isTime(s string) bool {
	at, err := time.Parse(timeLayout, s)
	return err == nil && at.Format(timeLayout) == s
}

// cleanTime converts a time of day in any usual notation to the stored one: 9:00, 0900, 9,
// 오전 9:00, 9시 30분, 9:30 pm. It leaves anything else for checkHours to refuse.
func cleanTime(typed string) string {
	typed = width.Fold.String(trim(typed))
	plain := strings.ToUpper(strings.NewReplacer(" ", "", ".", ":", "시", ":", "분", "").Replace(typed))
	half, plain := cutAMPM(plain)
	plain = strings.TrimSuffix(plain, ":")
	if plain == "24:00" || plain == "2400" || plain == "24" {
		plain = "00:00"
	}
	for _, layout := range []string{timeLayout, "1504", "15"} {
		if at, err := time.Parse(layout, pad(plain)); err == nil {
			return to24Hours(at, half).Format(timeLayout)
		}
	}
	return typed
}

// cutAMPM cuts the half of the day off a text in capitals without spaces. It returns "AM",
// "PM" or "".
func cutAMPM(s string) (half, rest string) {
	s = strings.NewReplacer("A:M:", "AM", "P:M:", "PM", "A:M", "AM", "P:M", "PM", "오전", "AM", "오후", "PM").Replace(s)
	for _, half := range []string{"AM", "PM"} {
		if rest, ok := strings.CutPrefix(s, half); ok {
			return half, rest
		}
		if rest, ok := strings.CutSuffix(s, half); ok {
			return half, rest
		}
	}
	return "", s
}

// pad returns 0900 for 900.
func pad(s string) string {
	if len(s) == 3 && !strings.Contains(s, ":") {
		return "0" + s
	}
	return s
}

// to24Hours converts a time of a twelve-hour clock. Some people write 오후 22:00; then the
// hour stays 22.
func to24Hours(at time.Time, half string) time.Time {
	switch {
	case half == "AM" && at.Hour() == 12:
		return at.Add(-12 * time.Hour)
	case half == "PM" && at.Hour() < 12:
		return at.Add(12 * time.Hour)
	}
	return at
}
