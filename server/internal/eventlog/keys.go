package eventlog

import (
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

// LogKey returns the key of the log of mart.
func LogKey(mart order.MartID) string { return redisconn.MartKey(mart, "log") }

// Channel returns the channel on which the events of mart are announced.
func Channel(mart order.MartID) string { return redisconn.MartKey(mart, "events") }

func openKey(mart order.MartID) string { return redisconn.MartKey(mart, "open") }

// seenKey returns the key of what is remembered of the orders with a number. It ends with the number
// as it is: nothing follows that it could be mistaken for.
func seenKey(mart order.MartID, number order.OrderID) string {
	return redisconn.MartKey(mart, "seen:"+string(number))
}

// shareKey returns the key that says how much of a mart's share of the memory of Redis is used.
func shareKey(mart order.MartID) string { return redisconn.MartKey(mart, "share") }

// keyKey returns the key of what is remembered of the order with an idempotency key.
func keyKey(mart order.MartID, key string) string { return redisconn.MartKey(mart, "key:"+key) }
