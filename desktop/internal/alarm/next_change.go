package alarm

import (
	"reflect"
	"slices"
	"time"
)

// nextChange returns the earliest moment after now at which the Alarm is not a any more; zero:
// never. Each of the moments that it tries may change nothing, such as the end of the patience
// while connected; only alarmAt knows.
func (d *Decider) nextChange(a Alarm, now time.Time) time.Time {
	oldest, newest := d.arrivalTimes()
	moments := []time.Time{
		d.testUntil, d.office.until, d.speaker.retryAt, d.speaker.checkAt(), d.quietChange(now),
		d.connection.lostAt(d.settings), d.connection.repeatAt(),
		d.ringTime.reaches(oldest + d.remind()), d.ringTime.reaches(newest + freshTime), d.nextAgeChange(now),
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range moments {
		if at.After(now) && differ(a, d.alarmAt(at)) {
			return at
		}
	}
	return time.Time{}
}

// differ reports whether a and b differ, NextChange included. It compares the cards by
// themselves: there may be a thousand, and reflection is too slow for them.
func differ(a, b Alarm) bool {
	cards := slices.Equal(a.Cards, b.Cards)
	a.Cards, b.Cards = nil, nil
	return !cards || !reflect.DeepEqual(a, b)
}

// firstAfter returns the earliest of the moments after now; zero: there is none.
func firstAfter(now time.Time, moments ...time.Time) (first time.Time) {
	for _, at := range moments {
		if at.After(now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
