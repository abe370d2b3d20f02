package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"jumun/shared/order"
)

// MaxPublication is the longest message that is accepted from a publisher, in bytes. An order
// has a few hundred bytes; a longer message is a mistake that must not cost memory.
const MaxPublication = 64 << 10

// MinSeen is the least time for which a server recognizes a repeated order. So an order that is
// recorded again later than that is another one with the same number.
const MinSeen = time.Hour

// A MalformedError says what was wrong with a publication. It wraps order.ErrMalformed.
type MalformedError struct {
	Reason string // ReasonTooLong, …: a label to count by
	Err    error  // for people; never more than a line
}

// The reasons of a MalformedError.
const (
	ReasonEmpty      = "empty"
	ReasonTooLong    = "too-long" // more than MaxPublication bytes
	ReasonNotUTF8    = "not-utf8"
	ReasonSerializer = "serializer" // of a serializer that is known, and does not make JSON
	ReasonNotJSON    = "not-json"   // not a JSON object
	ReasonMartID     = "mart-id"    // missing, of another type, or not an ID
	ReasonOrderID    = "order-id"   // the same
)

func (e *MalformedError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *MalformedError) Unwrap() error { return e.Err }

func malformed(reason string, err error) error { return &MalformedError{Reason: reason, Err: err} }

// ReasonOf returns the Reason of the MalformedError in err, or "other".
func ReasonOf(err error) string {
	var m *MalformedError
	if errors.As(err, &m) {
		return m.Reason
	}
	return "other"
}

// ParsePublication reads an order as publishers send it (see the package comment). It takes off what
// serializers put around the object. Its errors are MalformedErrors, and name the serializer if they
// can.
func ParsePublication(msg []byte) (order.Placement, error) {
	if len(msg) > MaxPublication {
		return order.Placement{}, malformed(ReasonTooLong, fmt.Errorf("message has %d bytes, at most %d are allowed: %w", len(msg), MaxPublication, order.ErrMalformed))
	}
	fields, rest := object(msg)
	if fields == nil {
		return order.Placement{}, foreign(rest)
	}
	return placement(fields)
}

func placement(fields map[string]json.RawMessage) (order.Placement, error) {
	var p order.Placement
	var err error
	if p.Mart, err = parseID(fields, "martId", order.ParseMartID); err != nil {
		return order.Placement{}, malformed(ReasonMartID, err)
	}
	if key, is := text(fields["key"]); is {
		// One that is malformed is left out: then the order's number decides what is a repeat. A second
		// ring is a nuisance, an order that is refused is not made.
		p.Key, _ = order.ParseKey(key)
	}
	p.Cancelled, p.Details = isTrue(fields["cancelled"]), details(fields)
	if p.Cancelled && p.Key != "" && isAbsent(fields["orderId"]) { // the key names it
		return p, nil
	}
	if p.Order, err = parseID(fields, "orderId", order.ParseOrderID); err != nil {
		return order.Placement{}, malformed(ReasonOrderID, err)
	}
	return p, nil
}

// parseID reads the ID in the field called name.
func parseID[T ~string](fields map[string]json.RawMessage, name string, parse func(string) (T, error)) (T, error) {
	if isAbsent(fields[name]) {
		return "", fmt.Errorf("%s is missing: the fields are called %s and must be called martId and orderId: %w", name, names(fields), order.ErrMalformed)
	}
	s, is := text(fields[name])
	if !is {
		return "", fmt.Errorf("%s is neither a string nor an integer: %w", name, order.ErrMalformed)
	}
	for {
		id, err := parse(s)
		inner := unquoted(string(id))
		if err != nil || inner == string(id) {
			return id, err
		}
		s = inner // its quotes were full-width ones
	}
}

// names returns the names of fields, for people.
func names(fields map[string]json.RawMessage) string {
	return strconv.Quote(order.Line(strings.Join(slices.Sorted(maps.Keys(fields)), ", "), maxNames))
}

// maxNames is how much of the names of fields an error has: it must fit on a line.
const maxNames = 60

// details reads the optional fields. An order rings whatever is wrong with them: what is too long
// is cut, and what cannot be understood is left out.
func details(fields map[string]json.RawMessage) order.Details {
	summary, _ := text(fields["summary"])
	amount, is := text(fields["amount"]) // 9000.0 as 9000: two ways may write one order differently
	if raw := string(unwrapped(fields["amount"])); !is && isNumber(raw) {
		amount = raw
	}
	return order.Details{Summary: line(summary, order.MaxSummary), Amount: line(amount, order.MaxAmount), PlacedAt: moment(fields["placedAt"])}
}

// line returns s as one line without quotes around it, which a line may have only now.
func line(s string, limit int) string {
	for {
		s = order.Line(s, limit)
		inner := unquoted(s)
		if inner == s {
			return s
		}
		s = inner
	}
}

// moment reads a time (RFC 3339); the zero time if it is malformed.
func moment(raw json.RawMessage) time.Time {
	when, is := text(raw)
	if !is {
		return time.Time{}
	}
	at, _ := time.Parse(time.RFC3339, when)
	if at = at.UTC(); at.Year() < 1 || at.Year() > 9999 { // its zone may move it beyond the years of RFC 3339
		return time.Time{}
	}
	return at
}

// A publication is an order as a publisher sends it.
type publication struct {
	MartID    order.MartID  `json:"martId"`
	OrderID   order.OrderID `json:"orderId,omitempty"`
	Key       string        `json:"key,omitempty"`
	Cancelled bool          `json:"cancelled,omitempty"`
	Summary   string        `json:"summary,omitempty"`
	Amount    string        `json:"amount,omitempty"`
	PlacedAt  time.Time     `json:"placedAt,omitzero"`
}

// Publication returns p as a publisher sends it: one JSON object.
func Publication(p order.Placement) []byte {
	msg, _ := json.Marshal(publication{p.Mart, p.Order, p.Key, p.Cancelled, p.Summary, p.Amount, p.PlacedAt}) // of what was parsed, everything marshals
	return msg
}
