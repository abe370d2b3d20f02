package redisconn

import (
	"strings"

	"jumun/shared/order"
)

// KeyPrefix keeps our keys and channels apart from others' in a shared Redis. Channels
// need it most: Pub/Sub knows no database numbers.
const KeyPrefix = "jumun:"

var braces = strings.NewReplacer("%", "%25", "{", "%7B", "}", "%7D")

// MartKey returns the key or channel of mart that ends with name. All keys of one mart share
// the hash tag {mart}: on a Cluster they live on one node, and one script can use them all.
//
// Braces in the ID are escaped: a mart called "}" would otherwise have an empty hash tag, and
// its keys would be spread over the Cluster.
func MartKey(mart order.MartID, name string) string {
	return KeyPrefix + "{" + braces.Replace(string(mart)) + "}:" + name
}
