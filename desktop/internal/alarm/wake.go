package alarm

import (
	"reflect"
	"slices"
	"time"
)

// wake is the earliest moment after now at which the Alarm is not a any more; zero: never.
// Each of the moments may change nothing, such as the end of a patience while connected;
// the decision itself knows.
func (b *Bell) wake(a Alarm, now time.Time) time.Time {
	oldest, newest := b.rang()
	moments := []time.Time{
		b.testUntil, b.sound.retryAt, b.sound.checkAt(), b.quietAt(now),
		b.line.lostAt(b.settings), b.line.againAt(),
		b.clock.when(oldest + b.remind()), b.clock.when(newest + Fresh), b.ageAt(now),
	}
	slices.SortFunc(moments, time.Time.Compare)
	for _, at := range moments {
		if at.After(now) && differ(a, b.decide(at)) {
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
func earliest(now time.Time, moments ...time.Time) (first time.Time) {
	for _, at := range moments {
		if at.After(now) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
