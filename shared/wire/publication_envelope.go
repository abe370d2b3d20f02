package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"unicode/utf8"
)

// object reads the JSON object in msg, without what serializers put around it: a byte order mark,
// Java's header of a string, a JSON string, or the name of a class. If fields is nil there is none, and
// rest is what is left without them.
func object(msg []byte) (fields map[string]json.RawMessage, rest []byte) {
	for range maxNesting {
		if msg = bytes.Trim(plain(msg), " \t\r\n"); !utf8.Valid(msg) {
			return nil, msg
		}
		inner := unwrapped(msg) // a list without the name of a class stays: it would be a guess which part is the order
		if s, is := quoted(msg); is {
			inner = []byte(s)
		}
		if len(inner) == len(msg) {
			break
		}
		msg = inner
	}
	if json.Unmarshal(msg, &fields) != nil {
		return nil, msg
	}
	return fields, msg
}

// plain returns msg without byte order marks and Java's header around it.
func plain(msg []byte) []byte {
	mark := []byte("\ufeff")
	msg = bytes.TrimPrefix(msg, mark)
	if s, is := javaString(msg); is {
		return bytes.TrimPrefix(s, mark)
	}
	return msg
}

// Java's serialization of a string is this header and its length in two bytes, or for a long one in
// eight: https://docs.oracle.com/en/java/javase/21/docs/specs/serialization/protocol.html
const (
	javaMagic      = "\xac\xed\x00\x05"
	javaShort byte = 0x74
	javaLong  byte = 0x7c
)

// javaString reads a string as Java serializes it.
func javaString(msg []byte) (s []byte, is bool) {
	rest, is := bytes.CutPrefix(msg, []byte(javaMagic))
	if !is || len(rest) < 3 {
		return nil, false
	}
	length, s := uint64(0), []byte(nil)
	switch {
	case rest[0] == javaShort:
		length, s = uint64(binary.BigEndian.Uint16(rest[1:])), rest[3:]
	case rest[0] == javaLong && len(rest) >= 9:
		length, s = binary.BigEndian.Uint64(rest[1:]), rest[9:]
	default:
		return nil, false
	}
	return fromJava(s), length == uint64(len(s))
}

// fromJava returns text in UTF-8 of the "modified UTF-8" of Java, in which an emoji is two halves of
// three bytes each.
func fromJava(s []byte) []byte {
	if utf8.Valid(s) {
		return s
	}
	var out []byte
	for len(s) > 0 {
		if r, size := pair(s); size > 0 {
			out, s = utf8.AppendRune(out, r), s[size:]
			continue
		}
		out, s = append(out, s[0]), s[1:]
	}
	return out
}

// pair reads a character of two halves at the beginning of s; size is 0 if there is none.
func pair(s []byte) (r rune, size int) {
	if len(s) < 6 || s[0] != 0xed || s[1]&0xf0 != 0xa0 || s[2]&0xc0 != 0x80 || s[3] != 0xed || s[4]&0xf0 != 0xb0 || s[5]&0xc0 != 0x80 {
		return 0, 0
	}
	high, low := rune(s[1]&0xf)<<6|rune(s[2]&0x3f), rune(s[4]&0xf)<<6|rune(s[5]&0x3f)
	return 0x10000 + high<<10 + low, 6
}
