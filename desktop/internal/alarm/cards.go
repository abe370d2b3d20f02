package alarm

import (
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
)

// testOrder is what the card of a test alarm shows in place of an order number. An order may
// have the same number: ipc.Key.Kind tells the two apart.
const testOrder order.OrderID = "TEST"

// cardsAt returns the cards that pop up: those that are not orders come first, since a screen has
// room for a few. Business hours hide only orders: the other cards are about what goes wrong, or what
// a person asked for. A withdrawn order does not age.
func (d *Decider) cardsAt(at time.Time) (cards []ipc.Card) {
	if d.gap {
		cards = append(cards, ipc.Card{Key: ipc.Key{Mart: d.settings.Mart, Kind: d.gapKind()}, MartName: d.settings.ShopName()})
	}
	if at.Before(d.testUntil) {
		test := ipc.Key{Mart: d.settings.Mart, Order: testOrder, Kind: ipc.CardTest}
		cards = append(cards, ipc.Card{Key: test, At: d.testUntil.Add(-TestDuration), MartName: d.settings.ShopName()})
	}
	cards = append(cards, d.officeCards(at)...)
	if d.hidden(at) {
		return cards
	}
	for _, c := range d.open {
		if c.Kind != ipc.CardCancelled {
			c.Age = d.ageOf(c.At, at)
		}
		cards = append(cards, c)
	}
	return cards
}

// gapKind returns the kind of the card about orders that may be missing.
func (d *Decider) gapKind() string {
	if d.unreadable {
		return ipc.CardUnreadable
	}
	return ipc.CardGap
}

// hidden reports whether orders do not pop up at this hour.
func (d *Decider) hidden(at time.Time) bool {
	return d.settings.Hours.Outside == settings.OutsideSilent && d.closed(at)
}

// ageOf returns the age of an order that was recorded at a time. An order from the future is
// new: one of the clocks is wrong, and nobody here knows which.
func (d *Decider) ageOf(recorded, at time.Time) int {
	late, very := d.lateTimes(recorded)
	switch {
	case !very.IsZero() && !at.Before(very):
		return ipc.AgeVeryLate
	case !late.IsZero() && !at.Before(late):
		return ipc.AgeLate
	}
	return ipc.AgeNew
}

// lateTimes returns when an order becomes late, and very late; zero: never.
func (d *Decider) lateTimes(recorded time.Time) (late, very time.Time) {
	return after(recorded, d.settings.Aging.Late), after(recorded, d.settings.Aging.VeryLate)
}

// after returns the time some minutes after an order was recorded; zero: never.
func after(recorded time.Time, minutes int) time.Time {
	if recorded.IsZero() || minutes <= 0 {
		return time.Time{}
	}
	return recorded.Add(time.Duration(minutes) * time.Minute)
}

// nextAgeChange returns the first moment after now at which the age of an order changes;
// zero: never.
func (d *Decider) nextAgeChange(now time.Time) (first time.Time) {
	for _, c := range d.waiting {
		late, very := d.lateTimes(c.At)
		if !very.IsZero() && very.Before(late) {
			late = very // being late is no news then
		}
		first = firstAfter(now, first, late, very)
	}
	return first
}
