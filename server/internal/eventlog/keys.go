package eventlog

import (
	"strings"

	"jumun/shared/order"
)

// Prefix keeps our keys and channels apart from others' in a shared Redis. Channels
// need it most: Pub/Sub knows no database numbers.
const Prefix = "jumun:"

// probeKey is written to find out whether Redis takes writes.
const probeKey = Prefix + "probe"

// logKey and the other keys of one mart share the hash tag {mart}, so that on a
// Cluster they live on one node and one script can use them all.
func LogKey(mart order.MartID) string  { return Prefix + tag(mart) + ":log" }
func openKey(mart order.MartID) string { return Prefix + tag(mart) + ":open" }
func Channel(mart order.MartID) string { return Prefix + tag(mart) + ":events" }

// seenKey ends with the order's ID as it is: nothing follows that it could be mistaken for.
func seenKey(p order.Placement) string { return Prefix + tag(p.Mart) + ":seen:" + string(p.Order) }

// tag escapes braces: a mart called "}" would otherwise have an empty hash tag, and
// its keys would be spread over the Cluster.
func tag(mart order.MartID) string {
	if !strings.ContainsAny(string(mart), "%{}") { // a Replacer is made of many parts
		return "{" + string(mart) + "}"
	}
	return "{" + strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D").Replace(string(mart)) + "}"
}
