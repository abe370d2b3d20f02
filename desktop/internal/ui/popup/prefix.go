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

// commonPrefix returns how many bytes of each number nobody has to read: what all orders begin
// with, up to a separator, or the date. Two orders that share a card's place differ behind it.
func commonPrefix(cards []ipc.Card) int {
	common, count := "", 0
	for _, c := range cards {
		if c.Kind != ipc.CardOrder {
			continue
		}
		if count++; count == 1 {
			common = string(c.Order)
		}
		common = shared(common, string(c.Order))
	}
	if count == 1 {
		return len(datePrefix.FindString(common))
	}
	return strings.LastIndexAny(common, separators) + 1
}

// shared returns what both texts begin with.
func shared(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}
