package alarm

import (
	"slices"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// TestOrder is what the card of a test alarm shows in place of an order number. It is no
// number: an order may have the same.
const TestOrder order.OrderID = "TEST"

// cards is what pops up. Business hours hide orders alone: the other cards are about what
// goes wrong, or what a person asked for.
func (b *Decider) cardsAt(at time.Time) []ipc.Card {
	var cards []ipc.Card
	if !b.hidden(at) {
		cards = slices.Clone(b.waiting)
	}
	for i, c := range cards {
		cards[i].Age = b.ageOf(c.At, at)
	}
	if b.gap {
		cards = append(cards, ipc.Card{Key: ipc.Key{Mart: b.settings.Mart, Kind: ipc.CardGap}})
	}
	if at.Before(b.testUntil) {
		test := ipc.Key{Mart: b.settings.Mart, Order: TestOrder, Kind: ipc.CardTest}
		cards = append(cards, ipc.Card{Key: test, At: b.testUntil.Add(-TestDuration)})
	}
	return cards
}

// hidden reports whether orders do not pop up at this hour.
func (b *Decider) hidden(at time.Time) bool {
	return b.settings.Hours.Outside == settings.OutsideSilent && b.closed(at)
}

// age is how late an order is that was recorded at a time. One of the future is new: one of
// the clocks is wrong, and nobody here knows which.
func (b *Decider) ageOf(recorded, at time.Time) int {
	late, very := b.lateTimes(recorded)
	switch {
	case !very.IsZero() && !at.Before(very):
		return ipc.AgeVeryLate
	case !late.IsZero() && !at.Before(late):
		return ipc.AgeLate
	}
	return ipc.AgeNew
}

// lateAt is when an order becomes late, and very late; zero: never.
func (b *Decider) lateTimes(recorded time.Time) (late, very time.Time) {
	return after(recorded, b.settings.Aging.Late), after(recorded, b.settings.Aging.VeryLate)
}

func after(recorded time.Time, minutes int) time.Time {
	if recorded.IsZero() || minutes <= 0 {
		return time.Time{}
	}
	return recorded.Add(time.Duration(minutes) * time.Minute)
}

// ageAt is the first moment after now at which the age of an order changes; zero: never.
func (b *Decider) nextAgeChange(now time.Time) (first time.Time) {
	for _, c := range b.waiting {
		late, very := b.lateTimes(c.At)
		if !very.IsZero() && very.Before(late) {
			late = very // it is more than late then
		}
		first = firstAfter(now, first, late, very)
	}
	return first
}
