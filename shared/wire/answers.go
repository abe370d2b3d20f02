package wire

import (
	"encoding/json"
	"time"

	"jumun/shared/order"
)

// A Published is the answer to a published order.
type Published struct {
	ID        order.ID `json:"id"`        // of the event that announces it
	Duplicate bool     `json:"duplicate"` // it was recorded before, and does not ring again
}

// A Polled is the answer to a poll.
type Polled struct {
	Events []PolledEvent `json:"events"` // never null
	Last   order.ID      `json:"last"`   // the next AfterParam; empty: ask without
	More   bool          `json:"more"`   // more events are ready: ask at once
}

// A PolledEvent is an event of a stream, as JSON.
type PolledEvent struct {
	Event string          `json:"event"`        // its name: OrderEvent, …
	ID    order.ID        `json:"id,omitempty"` // as on the stream
	Data  json.RawMessage `json:"data"`         // an Order, a Change or a Gap
}

// MaxAcks is how many orders one request may confirm.
const MaxAcks = 256

// Acks is the body of a request that confirms orders by the IDs of their events, at most MaxAcks.
type Acks struct {
	Acks   []AckOf `json:"acks"`
	Device string  `json:"device,omitempty"` // shown on the other devices, if the token has no name
}

// An AckOf names one order.
type AckOf struct {
	ID        order.ID      `json:"id"` // of its order event
	OrderID   order.OrderID `json:"orderId"`
	Withdrawn bool          `json:"withdrawn,omitempty"` // the person has read that it was withdrawn
}

// AcksAnswer is the answer to Acks: an outcome for each, in their order.
type AcksAnswer struct {
	Acks []AckOutcome `json:"acks"`
}

// An AckOutcome says what became of one confirmation.
type AckOutcome struct {
	ID      order.ID `json:"id"`
	Outcome string   `json:"outcome"` // OutcomeConfirmed, …
}

// The outcomes of a confirmation. With any but OutcomeLater there is nothing left to send.
const (
	OutcomeConfirmed = "confirmed" // by this request
	OutcomeAlready   = "already"   // it was confirmed, or withdrawn and read, before
	OutcomeUnknown   = "unknown"   // the log has no such order
	OutcomeLater     = "later"     // it is not known: send this one again
)

// A Reopen is the body of a request that takes a confirmation back. The answer is 204.
type Reopen struct {
	ID      order.ID      `json:"id"` // of the order event
	OrderID order.OrderID `json:"orderId"`
	Device  string        `json:"device,omitempty"` // as in Acks
}

// ReopenWithin is how long after a confirmation it may be taken back.
const ReopenWithin = time.Minute

// An Acknowledgement is the body of a request that confirms an order. It may be left out.
type Acknowledgement struct {
	Device string `json:"device"` // shown on the other devices, if the token has no name
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

// ProblemPrefix begins the type of every problem, also of those that this version does not know.
const ProblemPrefix = "urn:jumun:problem:"

// The types of problems.
const (
	ProblemMartID     = "urn:jumun:problem:mart-id"      // the mart ID in the path is malformed
	ProblemOrderID    = "urn:jumun:problem:order-id"     // the order ID in the path is malformed
	ProblemQuery      = "urn:jumun:problem:query"        // a parameter in the query is malformed
	ProblemMalformed  = "urn:jumun:problem:malformed"    // the body is malformed
	ProblemTooLarge   = "urn:jumun:problem:too-large"    // the body has too many bytes
	ProblemBusy       = "urn:jumun:problem:busy"         // too many requests at once: try again
	ProblemTooMany    = "urn:jumun:problem:too-many"     // this client asks too often: try again after Retry-After
	ProblemToken      = "urn:jumun:problem:token"        // there is no token, or none that is known here
	ProblemExpired    = "urn:jumun:problem:expired"      // the token has expired
	ProblemRevoked    = "urn:jumun:problem:revoked"      // the token was revoked
	ProblemForbidden  = "urn:jumun:problem:forbidden"    // the token is valid, but not for this
	ProblemCode       = "urn:jumun:problem:code"         // the pairing code is not, or no longer, valid for this mart
	ProblemEnrol      = "urn:jumun:problem:enrol"        // the enrolment key is not, or no longer, valid for this computer
	ProblemNoEnrol    = "urn:jumun:problem:no-enrolment" // there is no enrolment key of this ID
	ProblemNoTest     = "urn:jumun:problem:no-test"      // there is no test alarm of this ID
	ProblemNoDevice   = "urn:jumun:problem:no-device"    // the mart has no device of this ID
	ProblemNotRevoked = "urn:jumun:problem:not-revoked"  // what would be taken back is not revoked
	ProblemFull       = "urn:jumun:problem:full"         // there is no room for another revocation, or enrolment key
	ProblemTooLate    = "urn:jumun:problem:too-late"     // the order was not confirmed within the last minute
	ProblemNotReady   = "urn:jumun:problem:not-ready"    // Redis cannot be reached: try again
	ProblemDraining   = "urn:jumun:problem:draining"     // this server is stopping: try again
	ProblemMethod     = "urn:jumun:problem:method"       // this path takes other methods; Allow names them
	ProblemNoSuchPath = "urn:jumun:problem:no-such-path" // nothing is served there
)
