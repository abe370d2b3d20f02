package settings

import (
	"slices"
	"strings"
	"time"
)

// clock is how times of day are stored.
const clock = "15:04"

// checkHours expects what Clean returned.
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
	return ""
}

func isTime(s string) bool {
	at, err := time.Parse(clock, s)
	return err == nil && at.Format(clock) == s
}

// cleanTime returns a time of day as it is stored, if typed is one in any usual writing:
// 9:00, 0900, 9, 오전 9:00, 9시 30분, 9:30 pm. Anything else stays, to be complained about.
func cleanTime(typed string) string {
	typed = trim(typed)
	plain := strings.ToUpper(strings.NewReplacer(" ", "", ".", ":", "：", ":", "시", ":", "분", "").Replace(typed))
	half, plain := cutHalf(plain)
	plain = strings.TrimSuffix(plain, ":")
	if plain == "24:00" || plain == "2400" || plain == "24" {
		plain = "00:00"
	}
	for _, layout := range []string{clock, "1504", "15"} {
		if at, err := time.Parse(layout, padded(plain)); err == nil {
			return inHalf(at, half).Format(clock)
		}
	}
	return typed
}

// cutHalf takes the half of the day off what is in capitals and without spaces: "AM", "PM"
// or none.
func cutHalf(s string) (half, rest string) {
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

// padded makes 0900 of 900.
func padded(s string) string {
	if len(s) == 3 && !strings.Contains(s, ":") {
		return "0" + s
	}
	return s
}

// inHalf moves a time of a twelve-hour clock into its half of the day. Some people write
// 오후 22:00; then the 22 counts.
func inHalf(at time.Time, half string) time.Time {
	switch {
	case half == "AM" && at.Hour() == 12:
		return at.Add(-12 * time.Hour)
	case half == "PM" && at.Hour() < 12:
		return at.Add(12 * time.Hour)
	}
	return at
}
