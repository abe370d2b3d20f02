package alarm

import (
	"reflect"
	"slices"
	"time"
)

// wake is the earliest moment after now at which the Alarm is not a any more; zero: never.
// Each of the moments may change nothing, such as the end of a patience while connected;
// the decision itself knows.
func (b *Decider) nextChange(a Alarm, now time.Time) time.Time {
	oldest, newest := b.arrivalTimes()
	moments := []time.Time{
		b.testUntil, b.speaker.retryAt, b.speaker.checkAt(), b.quietAt(now),
		b.connection.lostAt(b.settings), b.connection.repeatAt(),
		b.ringTime.reaches(oldest + b.remind()), b.ringTime.reaches(newest + Fresh), b.nextAgeChange(now),
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range moments {
		if at.After(now) && differ(a, b.alarmAt(at)) {
			return at
		}
	}
	return time.Time{}
}

// differ compares the cards by themselves: there may be a thousand, which reflection is
// too slow for.
func differ(a, b Alarm) bool {
	cards := slices.Equal(a.Cards, b.Cards)
	a.Cards, b.Cards = nil, nil
	return !cards || !reflect.DeepEqual(a, b)
}

// earliest is the first of some moments that is after now; zero: none is.
func firstAfter(now time.Time, moments ...time.Time) (first time.Time) {
	for _, at := range moments {
		if at.After(now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
