package devices

import (
	"strings"

	"jumun/shared/order"
)

// prefix keeps our keys and channels apart from others' in a shared Redis.
const prefix = "jumun:"

// offerKey is on the node of the revocations, whose clock tells when a device was paired.
func offerKey(key string) string { return prefix + "offer:{jumun:revocations}:" + key }

// deviceKeys share the hash tag {mart}, so that on a Cluster they live on one node and one
// script can use them all.
func deviceKeys(mart order.MartID) []string {
	tagged := prefix + tag(mart)
	return []string{tagged + ":devices", tagged + ":streams", tagged + ":alive"}
}

var braces = strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D")

// tag escapes braces: a mart called "}" would otherwise have an empty hash tag, and its
// keys would be spread over the Cluster.
func tag(mart order.MartID) string { return "{" + braces.Replace(string(mart)) + "}" }
