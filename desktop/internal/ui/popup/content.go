package popup

import (
	"slices"

	"jumun/desktop/internal/ipc"
)

// A parting is which cards are where, before it is known how much has room.
type parting struct {
	large    *ipc.Card  // nil: there is no card
	specials []ipc.Card // those that are not orders, without the large one
	orders   []ipc.Card // without the large one, oldest first
}

func isOrder(c ipc.Card) bool { return c.Kind == ipc.CardOrder || c.Kind == cardUndo }

// part parts cards. The large one is the one that a person has opened, else the order that came last.
func part(cards []ipc.Card, opened ipc.Key) (p parting) {
	at := slices.IndexFunc(cards, func(c ipc.Card) bool { return c.Key == opened })
	for i := len(cards) - 1; i >= 0 && at < 0; i-- {
		if isOrder(cards[i]) {
			at = i
		}
	}
	at = max(at, 0)
	for i, c := range cards {
		switch {
		case i == at:
			p.large = &cards[i]
		case isOrder(c):
			p.orders = append(p.orders, c)
		default:
			p.specials = append(p.specials, c)
		}
	}
	return p
}

// compact returns the cards that have a row, on whatever page. So many of those that are no orders stand
// in full above the rows as tops says; the others come first. The orders come oldest first: the one that
// has waited longest is next to be made, and the one that is forgotten most easily. An order that
// comes then moves none of them but the one that was large before.
func (p parting) compact(tops int) []ipc.Card {
	return slices.Concat(p.specials[tops:], p.orders)
}

// withUndone returns cards with the one about which u is in the place that it had in before, and
// whether it had one.
func withUndone(cards, before []ipc.Card, u ipc.Undo) ([]ipc.Card, bool) {
	undone := u.Key
	undone.Kind = cardUndo
	was := slices.IndexFunc(before, func(c ipc.Card) bool { return c.Key == u.Key || c.Key == undone })
	if u.Key == (ipc.Key{}) || was < 0 {
		return cards, false
	}
	at := 0
	for _, earlier := range slices.Backward(before[:was]) {
		if i := slices.IndexFunc(cards, func(c ipc.Card) bool { return c.Key == earlier.Key }); i >= 0 {
			at = i + 1
			break
		}
	}
	return slices.Insert(slices.Clone(cards), at, ipc.Card{Key: undone}), true
}
