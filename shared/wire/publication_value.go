package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"jumun/shared/order"
)

// maxNesting is how many layers serializers may put around an object or a value. Three were seen:
// Java's header, a JSON string, and the name of a class.
const maxNesting = 4

// text reads a field that is a string or an integer. Two spellings of one number must not become two
// orders: 42, 42.0, 4.2e1 and "42" are all 42. But a string is what staff call out, so "1e3" stays.
func text(raw json.RawMessage) (s string, is bool) {
	raw = unwrapped(raw)
	if s, is = quoted(raw); is {
		return unquoted(s), true
	}
	if !isNumber(string(raw)) {
		return "", false
	}
	return Integer(string(raw))
}

// isTrue reads a field that says yes: true, as JSON or as text, or 1.
func isTrue(raw json.RawMessage) bool {
	s, is := text(raw)
	return string(unwrapped(raw)) == "true" || is && (strings.EqualFold(s, "true") || s == "1") // Python writes True
}

// isAbsent reports whether there is no such field. Some serializers write null for it.
func isAbsent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// unwrapped returns a value without the name of a Java class that Jackson writes before it:
// ["java.lang.Long",42]. A list whose first part is no such name stays a list: it would be a guess
// which part is meant.
func unwrapped(raw json.RawMessage) json.RawMessage {
	for n := 0; n < maxNesting && bytes.HasPrefix(raw, []byte("[")); n++ {
		inner, is := behindClass(raw)
		if !is {
			return raw
		}
		raw = inner
	}
	return raw
}

// behindClass reads a list of the name of a class and a value.
func behindClass(raw json.RawMessage) (value json.RawMessage, is bool) {
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil || len(parts) != 2 {
		return nil, false
	}
	class, is := quoted(parts[0])
	return parts[1], is && isClass(class)
}

// isClass reports whether s is the full name of a Java class, such as java.lang.Long.
func isClass(s string) bool {
	other := func(r rune) bool { return !strings.ContainsRune(".$_[;", r) && !isLetterOrDigit(r) }
	return strings.Contains(s, ".") && !strings.ContainsFunc(s, other)
}

func isLetterOrDigit(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// quoted reads JSON that is a string. It does not try anything else: making the error would take
// as long as reading an order.
func quoted(raw []byte) (s string, is bool) {
	if !bytes.HasPrefix(raw, []byte(`"`)) {
		return "", false
	}
	return unmarshal(raw)
}

func unmarshal(raw []byte) (s string, is bool) { return s, json.Unmarshal(raw, &s) == nil }

// unquoted returns s without the quotes of serializers that have encoded each value once more, or
// several times. Inner quotes take twice as many backslashes each time, so there are few layers.
func unquoted(s string) string {
	for strings.HasPrefix(s, `"`) {
		inner, is := quoted([]byte(s))
		if !is {
			return s
		}
		s = inner
	}
	return s
}

// isNumber reports whether s is a number in JSON, which s is known to be.
func isNumber(s string) bool {
	return s != "" && (s[0] == '-' || '0' <= s[0] && s[0] <= '9')
}

// Integer returns the integer that a number in JSON is exactly, of any size that an ID may have. A
// float64 would lose digits from 2^53 on: order numbers have more.
func Integer(number string) (s string, is bool) {
	if number != "-0" && strings.Trim(number, "-0123456789") == "" { // nearly all are written so
		return number, true
	}
	number, negative := strings.CutPrefix(number, "-")
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	shift := 0
	if exponent != "" {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift > order.MaxIDLength || shift < -MaxPublication {
			return "", false
		}
	}
	digits, point := whole+fraction, len(whole)+shift
	if point < 0 {
		digits, point = strings.Repeat("0", -point)+digits, 0
	}
	digits += strings.Repeat("0", max(point-len(digits), 0))
	if strings.Trim(digits[point:], "0") != "" {
		return "", false
	}
	if s = strings.TrimLeft(digits[:point], "0"); s == "" {
		return "0", true
	}
	if negative {
		s = "-" + s
	}
	return s, true
}
