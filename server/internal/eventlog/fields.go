package eventlog

import (
	"strings"
	"unicode/utf8"

	"jumun/shared/order"
)

// read takes body if it is as encode writes it: one object of strings, without escapes.
// It is false for all else, and e of no meaning then: encoding/json decides on that, and
// takes many times as long.
func (e *entry) read(body string) bool {
	rest, ok := strings.CutPrefix(body, "{")
	if !ok || !utf8.ValidString(body) {
		return false
	}
	for more := true; more; {
		var key, value string
		if key, rest, ok = quoted(rest); !ok || !strings.HasPrefix(rest, ":") {
			return false
		}
		if value, rest, ok = quoted(rest[1:]); !ok || rest == "" || !e.set(key, value) {
			return false
		}
		more, ok, rest = rest[0] == ',', rest == "}", rest[1:]
	}
	return ok
}

// quoted returns the text in quotes that s begins with. It is false if there is none, or
// one with an escape.
func quoted(s string) (text, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", "", false
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return s[1:i], s[i+1:], true
		case c == '\\' || c < ' ':
			return "", "", false
		}
	}
	return "", "", false
}

func (e *entry) set(key, value string) bool {
	switch key {
	case "kind":
		e.Kind = order.Kind(value)
	case "order":
		e.Order = order.OrderID(value)
	case "summary":
		e.Summary = value
	case "amount":
		e.Amount = value
	case "placedAt":
		e.PlacedAt = value
	case "by":
		e.By = value
	default:
		return false
	}
	return true
}
