package wire

import (
	"net/url"
	"time"

	"jumun/shared/order"
)

// The paths; those with a part that varies are patterns of net/http.
const (
	MartPattern     = "/v1/marts/{mart}"
	EventsPattern   = "/v1/marts/{mart}/events"
	OrdersPattern   = "/v1/marts/{mart}/orders"
	AcksPattern     = "/v1/marts/{mart}/acks"
	ReopenPattern   = "/v1/marts/{mart}/reopen"
	PresencePattern = "/v1/marts/{mart}/presence"
	TestPattern     = "/v1/marts/{mart}/tests/{id}"
	AckPattern      = "/v1/marts/{mart}/orders/{order}/ack"
	PublishPath     = "/v1/orders"
	PairPath        = "/v1/pair"
	EnrolPath       = "/v1/enrol"
	TokenPath       = "/v1/token"

	PairingsPath       = "/v1/admin/pairings"
	FindPath           = "/v1/admin/devices"
	OverviewPath       = "/v1/admin/overview"
	MartsPath          = "/v1/admin/marts"
	MartAdminPattern   = "/v1/admin/marts/{mart}"
	DevicesPattern     = "/v1/admin/marts/{mart}/devices"
	ConnectionsPattern = "/v1/admin/marts/{mart}/connections"
	RecentPattern      = "/v1/admin/marts/{mart}/orders"
	HistoryPattern     = "/v1/admin/marts/{mart}/orders/{order}"
	TestsAdminPattern  = "/v1/admin/marts/{mart}/tests"
	TestAdminPattern   = "/v1/admin/marts/{mart}/tests/{id}"
	RevocationsPath    = "/v1/admin/revocations"
	UndoPath           = "/v1/admin/revocations/undo"
	EnrolmentsPath     = "/v1/admin/enrolments"
	EndEnrolment       = "/v1/admin/enrolments/revoke"

	LivePath    = "/livez"
	ReadyPath   = "/readyz"
	MetricsPath = "/metrics"
)

// The parameters in a query.
const (
	AfterParam = "after" // of EventsPattern and OrdersPattern: an event's ID, or empty; of RevocationsPath and MartsPath: the next of a page
	WaitParam  = "wait"  // of OrdersPattern: seconds
	LimitParam = "limit" // of OrdersPattern: events; of MartsPath and OverviewPath: marts

	LastEventIDParam = "lastEventId" // of EventsPattern: as AfterParam, from what stands in for a browser's EventSource
	HeartbeatParam   = "heartbeat"   // of EventsPattern
	HeartbeatAsEvent = "event"       // the value of HeartbeatParam: heartbeats are a HeartbeatEvent

	DeviceParam = "device" // of FindPath: the ID of a device, or any other holder; of ConnectionsPattern: of one device
	IDParam     = "id"     // of EnrolmentsPath: the ID of one key, to see who has used it
	StateParam  = "state"  // of MartsPath and OverviewPath: only marts in this state
	TextParam   = "text"   // of OverviewPath: only marts with this in their ID or name
	FromParam   = "from"   // of OverviewPath: how many marts to leave out
)

const (
	// MaxWait is the longest wait of a poll: common proxies cut connections that are silent for 60 s,
	// and reading the log takes its time too.
	MaxWait = 50 * time.Second
	// DefaultLimit and MaxLimit bound the events in one answer to a poll.
	DefaultLimit, MaxLimit = 256, 1024
)

// MartPath returns the path of what is known of a mart.
func MartPath(mart order.MartID) string { return martPath(mart) }

// EventsPath returns the path of the stream of a mart.
func EventsPath(mart order.MartID) string {
	return martPath(mart) + "/events"
}

// OrdersPath returns the path by which devices poll for the events of a mart.
func OrdersPath(mart order.MartID) string { return martPath(mart) + "/orders" }

// AcksPath returns the path by which devices confirm orders by the IDs of their events.
func AcksPath(mart order.MartID) string { return martPath(mart) + "/acks" }

// ReopenPath returns the path by which devices take a confirmation back.
func ReopenPath(mart order.MartID) string { return martPath(mart) + "/reopen" }

// PresencePath returns the path by which devices report what they can do.
func PresencePath(mart order.MartID) string { return martPath(mart) + "/presence" }

// TestPath returns the path by which devices answer a test alarm.
func TestPath(mart order.MartID, id order.ID) string {
	return martPath(mart) + "/tests/" + url.PathEscape(string(id))
}

// MartAdminPath returns the path of who can be heard at a mart, and what waits there.
func MartAdminPath(mart order.MartID) string {
	return MartsPath + "/" + url.PathEscape(string(mart))
}

// HistoryPath returns the path of what happened to the orders of a number.
func HistoryPath(mart order.MartID, number order.OrderID) string {
	return "/v1/admin/marts/" + url.PathEscape(string(mart)) + "/orders/" + url.PathEscape(string(number))
}

// AckPath returns the path by which devices of before AcksPath confirm an order.
func AckPath(mart order.MartID, number order.OrderID) string {
	return OrdersPath(mart) + "/" + url.PathEscape(string(number)) + "/ack"
}

// DevicesPath returns the path of the list of the devices of a mart.
func DevicesPath(mart order.MartID) string {
	return "/v1/admin/marts/" + url.PathEscape(string(mart)) + "/devices"
}

// ConnectionsPath returns the path of what happened to the connections of the devices of a mart.
func ConnectionsPath(mart order.MartID) string {
	return "/v1/admin/marts/" + url.PathEscape(string(mart)) + "/connections"
}

func martPath(mart order.MartID) string { return "/v1/marts/" + url.PathEscape(string(mart)) }
