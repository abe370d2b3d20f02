package popup

import (
	"regexp"
	"strings"

	"jumun/desktop/internal/ipc"
)

// datePrefix is the date that many shops begin an order number with.
var datePrefix = regexp.MustCompile(`^20\d\d[-./]?(0[1-9]|1[0-2])[-./]?([0-2]\d|3[01])[-_./#: ]`)

// separators end the part of a number that may be common to several.
const separators = "-_./#: "

// usualPrefix returns what nobody has to read of the numbers that begin with it: what most orders begin
// with, up to a separator, or the date. Two orders that share a card's place differ behind it, and one
// odd number among many stands out whole.
func usualPrefix(cards []ipc.Card) (usual string) {
	count, orders := map[string]int{}, 0
	for _, c := range cards {
		if c.Kind != ipc.CardOrder {
			continue
		}
		orders++
		for i, r := range c.Order {
			if strings.ContainsRune(separators, r) {
				count[string(c.Order[:i+1])]++
			}
		}
		usual = datePrefix.FindString(string(c.Order))
	}
	if orders == 1 {
		return usual
	}
	usual = ""
	for prefix, n := range count {
		if 2*n > orders && len(prefix) > len(usual) { // two of one length cannot both be most orders'
			usual = prefix
		}
	}
	return usual
}
