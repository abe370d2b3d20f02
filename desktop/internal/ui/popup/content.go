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

// compact returns the cards that have a row, on whatever page: those that are no orders come first.
// So many of these stand in full above the rows as tops says, and so many orders have no card.
func (p parting) compact(tops, beyond int) []ipc.Card {
	all := slices.Concat(p.specials[tops:], p.orders)
	if beyond > 0 {
		all = append(all, ipc.Card{Key: ipc.Key{Kind: cardMore}, N: beyond})
	}
	return all
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
