package devices

import (
	"jumun/server/internal/eventlog"
	"jumun/server/internal/redisconn"
	"jumun/shared/order"
)

// offerKey is on the node of the revocations, whose clock tells when a device was paired.
func offerKey(key string) string {
	return redisconn.KeyPrefix + "offer:{jumun:revocations}:" + key
}

// enrolmentsKey is the key of the list of enrolment keys, on the node of the revocations as all about them.
const enrolmentsKey = redisconn.KeyPrefix + "enrolments:{jumun:revocations}"

// enrolmentKey is the key of what is known of the enrolment key under hash.
func enrolmentKey(hash string) string {
	return redisconn.KeyPrefix + "enrolment:{jumun:revocations}:" + hash
}

// enrolmentMapKey is the key of where the computers stand for which that one is.
func enrolmentMapKey(hash string) string { return enrolmentKey(hash) + ":map" }

// seenKey is the key of the marts at which a device was seen, on the node of the revocations.
func seenKey(id string) string { return redisconn.KeyPrefix + "seen:{jumun:revocations}:" + id }

// podsKey is the key of the servers that live: when each was heard of last.
const podsKey = redisconn.KeyPrefix + "pods"

// nameKey is the key of what people call a mart.
func nameKey(mart order.MartID) string { return redisconn.MartKey(mart, "name") }

// deviceKeys returns the keys that the scripts about the devices of mart use.
func deviceKeys(mart order.MartID) []string {
	return []string{redisconn.MartKey(mart, "devices"), redisconn.MartKey(mart, "streams"), redisconn.MartKey(mart, "alive"), redisconn.MartKey(mart, "lent"), redisconn.MartKey(mart, "presence"), connectionsKey(mart), positionsKey(mart), deviceNamesKey(mart)}
}

// connectionsKey is the key of what happened to the connections of the devices of mart.
func connectionsKey(mart order.MartID) string { return redisconn.MartKey(mart, "connections") }

// positionsKey is the key of up to where the devices of mart have its log.
func positionsKey(mart order.MartID) string { return redisconn.MartKey(mart, "positions") }

// deviceNamesKey is the key of the names that administrators gave the devices of mart.
func deviceNamesKey(mart order.MartID) string { return redisconn.MartKey(mart, "names") }

// noteKeys returns the keys that the scripts use which may list a device.
func noteKeys(mart order.MartID) []string { return append(deviceKeys(mart), eventlog.LogKey(mart)) }
