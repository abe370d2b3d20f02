package wire

import (
	"encoding/json"

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
	Data  json.RawMessage `json:"data"`         // an Order, an Ack or a Gap
}

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
	ProblemNotReady   = "urn:jumun:problem:not-ready"    // Redis cannot be reached: try again
	ProblemDraining   = "urn:jumun:problem:draining"     // this server is stopping: try again
	ProblemMethod     = "urn:jumun:problem:method"       // this path takes other methods; Allow names them
	ProblemNoSuchPath = "urn:jumun:problem:no-such-path" // nothing is served there
)
