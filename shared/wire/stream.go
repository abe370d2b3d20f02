package wire

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"jumun/shared/order"
)

// The paths, as net/http patterns where they have a part that varies.
const (
	EventsPattern = "/v1/marts/{mart}/events"
	LivePath      = "/livez"
	ReadyPath     = "/readyz"
	MetricsPath   = "/metrics"
)

// The names of the events on a stream.
const (
	ConnectEvent = "connect"
	OrderEvent   = "order" // the default: a server may be told another
	ByeEvent     = "bye"
)

// Connected is the data of a connect event.
const Connected = "connected"

// Heartbeat is how often a quiet stream carries a comment, unless the server is told
// otherwise: well below the 60 s after which common proxies cut a silent connection.
const Heartbeat = 20 * time.Second

// The reasons of a bye.
const (
	ByeDrain = "drain" // this server stops; another one is there
	ByeSlow  = "slow"  // this device did not take its events in time
)

// EventsPath is where the devices of a mart read its stream.
func EventsPath(mart order.MartID) string {
	return "/v1/marts/" + url.PathEscape(string(mart)) + "/events"
}

// An Order is the data of an order event.
type Order struct {
	MartID  order.MartID  `json:"martId"`
	OrderID order.OrderID `json:"orderId"`
	Message string        `json:"message"` // for people: "{orderId} 주문 발생"
	At      time.Time     `json:"at"`      // when it was recorded; RFC 3339
}

// OrderOf is the data of the event that announces e.
func OrderOf(e order.Event) Order {
	return Order{MartID: e.Mart, OrderID: e.Order, Message: string(e.Order) + " 주문 발생", At: e.At}
}

// ParseOrder reads the data of the order event that had the given ID.
// Its errors wrap order.ErrMalformed.
func ParseOrder(id, data string) (order.Event, error) {
	var o Order
	if err := json.Unmarshal([]byte(data), &o); err != nil {
		return order.Event{}, fmt.Errorf("order event is not JSON as agreed: %w", order.ErrMalformed)
	}
	if _, err := order.ParseMartID(string(o.MartID)); err != nil {
		return order.Event{}, err
	}
	if _, err := order.ParseOrderID(string(o.OrderID)); err != nil {
		return order.Event{}, err
	}
	return order.Event{ID: order.ID(id), Mart: o.MartID, Order: o.OrderID, Kind: order.Placed, At: o.At}, nil
}

// A Bye is the data of a bye event.
type Bye struct {
	Reason  string `json:"reason"`
	RetryMs int64  `json:"retryMs"` // milliseconds to wait before reconnecting
}

// A Problem is the body of every error answer: application/problem+json, RFC 9457.
type Problem struct {
	Type   string `json:"type"`   // stable: branch on it
	Title  string `json:"title"`  // what kind of problem this is
	Status int    `json:"status"` // HTTP status code
	Detail string `json:"detail"` // what happened here and what to do, in English and Korean
}

// ProblemType is the media type of a Problem.
const ProblemType = "application/problem+json"

// The types of problems.
const (
	ProblemMartID     = "urn:jumun:problem:mart-id"      // the mart ID in the path is malformed
	ProblemNotReady   = "urn:jumun:problem:not-ready"    // Redis cannot be reached: try again
	ProblemDraining   = "urn:jumun:problem:draining"     // this server is stopping: try again
	ProblemMethod     = "urn:jumun:problem:method"       // this path takes GET only
	ProblemNoSuchPath = "urn:jumun:problem:no-such-path" // nothing is served there
)
