package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

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
	ReasonTooLong = "too-long" // more than MaxPublication bytes
	ReasonNotUTF8 = "not-utf8"
	ReasonNotJSON = "not-json" // not a JSON object
	ReasonMartID  = "mart-id"  // missing, of another type, or not an ID
	ReasonOrderID = "order-id" // the same
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

// ParsePublication reads an order as publishers send it (see the package comment).
// Its errors are MalformedErrors.
func ParsePublication(msg []byte) (order.Placement, error) {
	if len(msg) > MaxPublication {
		return order.Placement{}, malformed(ReasonTooLong, fmt.Errorf("message has %d bytes, at most %d are allowed: %w", len(msg), MaxPublication, order.ErrMalformed))
	}
	if !utf8.Valid(msg) {
		return order.Placement{}, malformed(ReasonNotUTF8, fmt.Errorf("message is not UTF-8: %w", order.ErrMalformed))
	}
	fields, err := object(msg)
	if err != nil {
		return order.Placement{}, malformed(ReasonNotJSON, err)
	}
	return placement(fields)
}

// object reads msg as a JSON object, or as a JSON string that holds one.
func object(msg []byte) (map[string]json.RawMessage, error) {
	if inner, is := quoted(bytes.TrimLeft(msg, " \t\r\n")); is {
		msg = []byte(inner)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(msg, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("message is not a JSON object: %w", order.ErrMalformed)
	}
	return fields, nil
}

func placement(fields map[string]json.RawMessage) (order.Placement, error) {
	var p order.Placement
	mart, err := required(fields, "martId")
	if err == nil {
		p.Mart, err = order.ParseMartID(mart)
	}
	if err != nil {
		return order.Placement{}, malformed(ReasonMartID, err)
	}
	if key, is := text(fields["key"]); is {
		p.Key, _ = order.ParseKey(key) // an order rings whatever is wrong with its key
	}
	p.Cancelled, p.Details = isTrue(fields["cancelled"]), details(fields)
	if p.Cancelled && p.Key != "" && fields["orderId"] == nil { // the key names it
		return p, nil
	}
	number, err := required(fields, "orderId")
	if err == nil {
		p.Order, err = order.ParseOrderID(number)
	}
	if err != nil {
		return order.Placement{}, malformed(ReasonOrderID, err)
	}
	return p, nil
}

// isTrue reads a field that says yes: true, as JSON or as text, or 1.
func isTrue(raw json.RawMessage) bool {
	s, is := text(raw)
	return string(raw) == "true" || is && (s == "true" || s == "1")
}

// details reads the optional fields. An order rings whatever is wrong with them: what is too long
// is cut, and what cannot be understood is left out.
func details(fields map[string]json.RawMessage) order.Details {
	summary, _ := text(fields["summary"])
	amount, _ := text(fields["amount"])
	if raw := string(fields["amount"]); strings.ContainsAny(raw[:min(len(raw), 1)], "-0123456789") { // a number, fractions too
		amount = raw
	}
	return order.Details{Summary: order.Line(summary, order.MaxSummary), Amount: order.Line(amount, order.MaxAmount), PlacedAt: moment(fields["placedAt"])}
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

func required(fields map[string]json.RawMessage, name string) (string, error) {
	raw, is := fields[name]
	if !is {
		return "", fmt.Errorf("%s is missing: %w", name, order.ErrMalformed)
	}
	s, is := text(raw)
	if !is {
		return "", fmt.Errorf("%s is neither a string nor an integer: %w", name, order.ErrMalformed)
	}
	return s, nil
}

// text reads a field that is a string or an integer. It refuses 1.0 and 1e3: two spellings of one
// number would become two orders.
func text(raw json.RawMessage) (s string, is bool) {
	if s, is = quoted(raw); is {
		return s, true
	}
	if digits := bytes.TrimPrefix(raw, []byte("-")); len(digits) == 0 || len(bytes.Trim(digits, "0123456789")) > 0 {
		return "", false
	}
	return string(raw), true
}

// quoted reads JSON that is a string. It does not try anything else: making the error would take
// as long as reading an order.
func quoted(raw []byte) (s string, is bool) {
	return s, bytes.HasPrefix(raw, []byte(`"`)) && json.Unmarshal(raw, &s) == nil
}

// ParseFields reads an order as publishers append it to the intake stream: the fields of
// the JSON object as the fields of the entry, all of them text.
// Its errors are MalformedErrors.
func ParseFields(entry map[string]any) (order.Placement, error) {
	fields, size := make(map[string]json.RawMessage, len(entry)), 0
	for name, value := range entry {
		s, _ := value.(string)
		if size += len(s); size > MaxPublication {
			return order.Placement{}, malformed(ReasonTooLong, fmt.Errorf("entry has more than the %d bytes allowed: %w", MaxPublication, order.ErrMalformed))
		}
		if !utf8.ValidString(s) {
			return order.Placement{}, malformed(ReasonNotUTF8, fmt.Errorf("entry is not UTF-8: %w", order.ErrMalformed))
		}
		fields[name], _ = json.Marshal(s) // a string always marshals
	}
	return placement(fields)
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
