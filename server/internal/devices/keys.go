package devices

import (
	"strings"

	"jumun/shared/order"
)

// prefix keeps our keys and channels apart from others' in a shared Redis.
const prefix = "jumun:"

// HintTopic is where a word is published whenever the revocations have changed: whoever
// remembers them reads them again. What the word is means nothing.
const HintTopic = prefix + "revocations:changed"

const revocationsKey = prefix + "revocations"

// offerKey is on the node of revocationsKey, whose clock tells when a device was paired.
func offerKey(key string) string { return prefix + "offer:{" + revocationsKey + "}:" + key }

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
