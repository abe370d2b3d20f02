package alarm

import (
	"time"

	"jumun/desktop/internal/settings"
)

// businessHours are the hours of each day from opens to closes, both in minutes after midnight
// by the PC's clock. If closes is before opens, it is on the next day. If both are equal, as in
// the zero value, the store is always open.
type businessHours struct{ opens, closes int }

// parseBusinessHours converts settings.Hours. Hours that it cannot parse mean always open: an
// alarm too many does less harm than one too few.
func parseBusinessHours(h settings.Hours) businessHours {
	opens, ok := parseMinute(h.Open)
	closes, too := parseMinute(h.Close)
	if !ok || !too {
		return businessHours{}
	}
	return businessHours{opens, closes}
}

// parseMinute converts a time of day such as "09:00" to minutes after midnight.
func parseMinute(s string) (minute int, ok bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil
}

// open reports whether at is within business hours, by the clock of its location.
func (h businessHours) open(at time.Time) bool {
	if h.opens == h.closes {
		return true
	}
	for day := -1; day <= 1; day++ { // yesterday's hours may last until today; tomorrow's begin today where summer time skips midnight
		if opens, closes := h.ofDay(at, day); !at.Before(opens) && at.Before(closes) {
			return true
		}
	}
	return false
}

// nextChange returns the first moment after now at which open changes; zero: never.
func (h businessHours) nextChange(now time.Time) time.Time {
	if h.opens == h.closes {
		return time.Time{}
	}
	var moments []time.Time
	for day := -1; day <= 2; day++ {
		opens, closes := h.ofDay(now, day)
		for _, at := range []time.Time{opens, closes} {
			if h.open(at) != h.open(now) {
				moments = append(moments, at)
			}
		}
	}
	return firstAfter(now, moments...)
}

// ofDay returns the business hours of the day that is some days after now's. A day may have 23
// or 25 hours: package time knows which.
func (h businessHours) ofDay(now time.Time, days int) (opens, closes time.Time) {
	y, m, d := now.Date()
	at := func(days, minute int) time.Time {
		return time.Date(y, m, d+days, minute/60, minute%60, 0, 0, now.Location())
	}
	if h.closes < h.opens {
		return at(days, h.opens), at(days+1, h.closes)
	}
	return at(days, h.opens), at(days, h.closes)
}
