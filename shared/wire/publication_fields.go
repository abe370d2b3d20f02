package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"jumun/shared/order"
)

// ParseFields reads an order as publishers append it to the intake stream: the fields of the JSON
// object as the fields of the entry, all of them text, or the whole object in one field. Its errors
// are MalformedErrors.
func ParseFields(entry map[string]any) (order.Placement, error) {
	values, err := valuesOf(entry)
	if err != nil {
		return order.Placement{}, err
	}
	if name, is := whole(values); is {
		p, err := ParsePublication([]byte(values[name]))
		return p, inField(name, err)
	}
	fields := make(map[string]json.RawMessage, len(values))
	for name, value := range values {
		if !utf8.ValidString(name + value) {
			return order.Placement{}, inField(name, foreign([]byte(value+name)))
		}
		fields[name] = jsonOf(name, value)
	}
	p, err := placement(fields)
	for _, name := range []string{"martId", "orderId"} {
		if value := []byte(values[name]); err != nil && len(value) > 0 && isForeign(value) {
			return p, inField(name, foreign(value))
		}
	}
	return p, err
}

// inField returns err, if it is one, as about the field called name.
func inField(name string, err error) error {
	if err == nil {
		return nil
	}
	return malformed(ReasonOf(err), fmt.Errorf("field %.24q: %w", name, err))
}

// valuesOf returns the fields of entry without what Java's serialization and others put around their
// names and values.
func valuesOf(entry map[string]any) (map[string]string, error) {
	values, size := make(map[string]string, len(entry)), 0
	for name, value := range entry {
		s, _ := value.(string)
		if size += len(name) + len(s); size > MaxPublication {
			return nil, malformed(ReasonTooLong, fmt.Errorf("entry has more than the %d bytes allowed: %w", MaxPublication, order.ErrMalformed))
		}
		clean := unquoted(string(plain([]byte(name))))
		if _, is := entry[clean]; is && clean != name {
			continue // the field that needs no guess counts
		}
		values[clean] = string(plain([]byte(s)))
	}
	return values, nil
}

// classFields are where Spring writes the name of a class.
var classFields = []string{"_class", "@class"}

// wholeFields are where serializers put the whole object beside other fields.
var wholeFields = []string{"payload", "_raw", "data"}

// whole returns the name of the field that has the whole object: the only one, or the only one with
// such a name. If the entry has a field of an order, that one is not meant to have the order.
func whole(values map[string]string) (name string, is bool) {
	var others, known []string
	for n := range values {
		switch {
		case n == "martId" || n == "orderId":
			return "", false
		case slices.Contains(classFields, n):
		default:
			others = append(others, n)
			if slices.Contains(wholeFields, n) {
				known = append(known, n)
			}
		}
	}
	if len(others) != 1 {
		others = known
	}
	if len(others) != 1 {
		return "", false
	}
	return others[0], true
}

// jsonOf returns the text of the field called name as JSON. A number with a point, and the name of a
// class before a value, are read as in JSON: serializers write them, and nobody calls such an order
// out. A number without a point is text: "1e3" may be what staff call out.
func jsonOf(name, value string) json.RawMessage {
	raw := json.RawMessage(value)
	if isNumber(value) && strings.Contains(value, ".") && name != "summary" && json.Valid(raw) {
		if _, isInteger := text(raw); isInteger || name == "amount" {
			return raw
		}
	}
	if len(unwrapped(raw)) < len(raw) {
		return raw
	}
	raw, _ = json.Marshal(value) // a string always marshals
	return raw
}
