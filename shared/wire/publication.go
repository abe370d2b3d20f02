package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"jumun/shared/order"
)

// MaxPublication is the longest message taken from a publisher, in bytes. An order is
// a few hundred bytes; a longer message is a mistake that must not cost us memory.
const MaxPublication = 64 << 10

// ParsePublication reads an order as publishers send it (see the package comment).
// Its errors wrap order.ErrMalformed and say what was wrong, never more than a line.
func ParsePublication(msg []byte) (order.Placement, error) {
	if len(msg) > MaxPublication {
		return order.Placement{}, fmt.Errorf("message has %d bytes, at most %d are allowed: %w", len(msg), MaxPublication, order.ErrMalformed)
	}
	if !utf8.Valid(msg) {
		return order.Placement{}, fmt.Errorf("message is not UTF-8: %w", order.ErrMalformed)
	}
	fields, err := object(msg)
	if err != nil {
		return order.Placement{}, err
	}
	return placement(fields)
}

// object reads msg as a JSON object, or as a JSON string that holds one.
func object(msg []byte) (map[string]json.RawMessage, error) {
	var inner string
	if json.Unmarshal(msg, &inner) == nil {
		msg = []byte(inner)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(msg, &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("message is not a JSON object: %w", order.ErrMalformed)
	}
	return fields, nil
}

func placement(fields map[string]json.RawMessage) (order.Placement, error) {
	mart, err := text(fields, "martId")
	if err != nil {
		return order.Placement{}, err
	}
	number, err := text(fields, "orderId")
	if err != nil {
		return order.Placement{}, err
	}
	var p order.Placement
	if p.Mart, err = order.ParseMartID(mart); err != nil {
		return order.Placement{}, err
	}
	if p.Order, err = order.ParseOrderID(number); err != nil {
		return order.Placement{}, err
	}
	return p, nil
}

// text reads a field that is a string or an integer. 1.0 and 1e3 are refused: two
// spellings of one number would become two orders.
func text(fields map[string]json.RawMessage, name string) (string, error) {
	raw, ok := fields[name]
	if !ok {
		return "", fmt.Errorf("%s is missing: %w", name, order.ErrMalformed)
	}
	var s string
	if json.Unmarshal(raw, &s) == nil && !bytes.Equal(raw, []byte("null")) {
		return s, nil
	}
	if digits := bytes.TrimPrefix(raw, []byte("-")); len(digits) > 0 && len(bytes.Trim(digits, "0123456789")) == 0 {
		return string(raw), nil
	}
	return "", fmt.Errorf("%s is neither a string nor an integer: %w", name, order.ErrMalformed)
}

// Publication is p as a publisher sends it: one JSON object.
func Publication(p order.Placement) []byte {
	msg, _ := json.Marshal(map[string]string{"martId": string(p.Mart), "orderId": string(p.Order)}) // strings always marshal
	return msg
}
