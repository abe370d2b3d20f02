package alarm

import (
	"time"

	"jumun/desktop/internal/settings"
)

// businessHours are when the store is open, by the clock of the location of the times that are asked about.
type businessHours struct {
	settings.Hours
	week   [7][]settings.Span
	always bool
}

func newBusinessHours(h settings.Hours) businessHours {
	b := businessHours{Hours: h, always: h.Holidays == ""}
	for day := range b.week {
		b.week[day] = h.Spans(time.Weekday(day))
		b.always = b.always && len(b.week[day]) == 1 && b.week[day][0] == settings.Span{Closes: 24 * 60}
	}
	return b
}

// An interval is a time for which the store is open; to is no part of it.
type interval struct{ from, to time.Time }

// open reports whether at is within business hours.
func (h businessHours) open(at time.Time) bool {
	if h.always {
		return true
	}
	for day := -1; day <= 1; day++ { // yesterday's hours may last until today; tomorrow's begin today where summer time skips midnight
		for _, i := range h.ofDay(at, day) {
			if !at.Before(i.from) && at.Before(i.to) {
				return true
			}
		}
	}
	return false
}

// nextChange returns the first moment after now at which open changes; zero: none is within a week.
func (h businessHours) nextChange(now time.Time) (first time.Time) {
	if h.always {
		return time.Time{}
	}
	isOpen := h.open(now)
	for day := -1; day <= 8; day++ {
		for _, i := range h.ofDay(now, day) {
			for _, at := range []time.Time{i.from, i.to} {
				if at.After(now) && h.open(at) != isOpen {
					first = firstAfter(now, first, at)
				}
			}
		}
	}
	return first
}

// ofDay returns the business hours of the day that is some days after now's. A day may have 23
// or 25 hours: package time knows which.
func (h businessHours) ofDay(now time.Time, days int) (list []interval) {
	y, m, d := now.Date()
	at := func(minute int) time.Time {
		return time.Date(y, m, d+days, minute/60, minute%60, 0, 0, now.Location())
	}
	noon := at(12 * 60) // a midnight may not exist
	if h.IsHoliday(noon) {
		return nil
	}
	for _, span := range h.week[noon.Weekday()] {
		list = append(list, interval{at(span.Opens), at(span.Closes)})
	}
	return list
}
