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

// seenKey ends with the order's ID as it is: nothing follows that it could be mistaken for.
func seenKey(p order.Placement) string { return redisconn.MartKey(p.Mart, "seen:"+string(p.Order)) }
