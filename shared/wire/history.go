package wire

import (
	"time"

	"jumun/shared/order"
)

// A History is what happened to the orders with a number: the answer to an admin.
type History struct {
	MartID  order.MartID  `json:"martId"`
	OrderID order.OrderID `json:"orderId"`
	Orders  []PastOrder   `json:"orders"`        // newest first, never null
	Cut     bool          `json:"cut,omitempty"` // the log is longer than what was read of it
	Devices []Device      `json:"devices"`       // of the mart as they are now: who could hear it; never null
}

// A PastOrder is one order of a History. If the log no longer reaches back to it, At is zero.
type PastOrder struct {
	ID         order.ID    `json:"id"`
	Key        string      `json:"key,omitempty"`
	Way        string      `json:"way,omitempty"` // topic, stream or http; command: jumun-server order; empty: an older server recorded it
	At         time.Time   `json:"at,omitzero"`   // when it was recorded; RFC 3339
	Summary    string      `json:"summary,omitempty"`
	Amount     string      `json:"amount,omitempty"`
	PlacedAt   time.Time   `json:"placedAt,omitzero"`
	Open       bool        `json:"open"`                 // nobody has confirmed it
	Remembered bool        `json:"remembered"`           // what repeats it does not ring
	Events     []PastEvent `json:"events"`               // what happened to it, oldest first; never null
	Deliveries []Delivery  `json:"deliveries,omitempty"` // of a History: to each device that could hear it; none if At is zero
}

// A Delivery is what is known of the way of an order to a device.
type Delivery struct {
	Device string    `json:"device"`
	Name   string    `json:"name,omitempty"`
	State  string    `json:"state"`       // DeliveryReceived, …
	At     time.Time `json:"at,omitzero"` // of one that was received or sent: when it was sent, RFC 3339; zero: not known
}

// The states of a Delivery. Accept others.
const (
	DeliveryReceived = "received" // the device has told that it has the order
	DeliverySent     = "sent"     // it was sent on a stream of the device, which has not told yet that it has it
	DeliveryWaiting  = "waiting"  // the device was not connected, and was not back since
	DeliveryUnknown  = "unknown"  // nobody has told: the device polls, runs an older app, or its history does not reach back
)

// Recent is what happened to the last orders of a mart: the answer to an admin.
type Recent struct {
	Orders []RecentOrder `json:"orders"` // newest first, never null
}

// A RecentOrder is one of them.
type RecentOrder struct {
	OrderID order.OrderID `json:"orderId"`
	Order   PastOrder     `json:"order"`
}

// A PastEvent is something that happened to an order.
type PastEvent struct {
	Event  string    `json:"event"` // AckEvent, CancelEvent, …
	ID     order.ID  `json:"id"`
	Device string    `json:"device,omitempty"` // on which a person did it
	At     time.Time `json:"at"`
}

// A Forecast says what would become of a publication.
type Forecast struct {
	Outcome   string    `json:"outcome"`            // ForecastRings or ForecastRepeat
	Why       string    `json:"why"`                // WhyNew, …
	ID        order.ID  `json:"id,omitempty"`       // of the earlier order; "0-0": it was withdrawn before it came
	Confirmed time.Time `json:"confirmed,omitzero"` // when that was confirmed or withdrawn
}

// The values of a Forecast.
const (
	ForecastRings  = "rings"
	ForecastRepeat = "repeat" // it would not ring

	WhyNew       = "new"       // the number is not known
	WhyUsed      = "used"      // the number is known, of other orders
	WhyKey       = "key"       // the key is that of the earlier order
	WhyOpen      = "open"      // the earlier order is open, and nothing differs
	WhyConfirmed = "confirmed" // the earlier order was confirmed lately, or placed at the same time, and nothing differs
)
