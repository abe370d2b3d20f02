package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/unicode"
)

// People edit the file, as a rule with Notepad: it saves with a byte order mark, as UTF-16 or in the code
// page of Windows. They forget commas, write comments, and paste what a chat program has given other quotes.

// decodeText returns the text of a file in UTF-8.
func decodeText(raw []byte) []byte {
	other := encoding.Nop.NewDecoder()
	if !utf8.Valid(raw) {
		other = korean.EUCKR.NewDecoder() // code page 949, as far as it is EUC-KR
	}
	switch { // UTF-16 without its mark: the file begins with a bracket, a blank or the end of a line
	case len(raw) > 1 && raw[0] == 0:
		other = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	case len(raw) > 1 && raw[1] == 0:
		other = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	}
	text, err := (&encoding.Decoder{Transformer: unicode.BOMOverride(other)}).Bytes(raw)
	if err != nil {
		return raw
	}
	if !bytes.ContainsRune(text, '"') {
		return otherQuotes.ReplaceAll(text, []byte{'"'})
	}
	return text
}

// otherQuotes are those of a text that has none of JSON.
var otherQuotes = regexp.MustCompile(`[“”„‘’']`)

// tidy returns text without comments and without commas before a closing bracket.
func tidy(text []byte) (out []byte) {
	for len(text) > 0 {
		n := 1
		switch {
		case text[0] == '"':
			n = stringLength(text)
			out = append(out, text[:n]...)
		case bytes.HasPrefix(text, []byte("//")):
			n = lengthTo(text, "\n")
		case bytes.HasPrefix(text, []byte("/*")):
			n = lengthTo(text, "*/")
		case text[0] == '}', text[0] == ']':
			out = append(bytes.TrimSuffix(bytes.TrimSpace(out), []byte(",")), text[0])
		default:
			out = append(out, text[0])
		}
		text = text[n:]
	}
	return out
}

// stringLength returns the length of the JSON string that text begins with, with its quotes.
func stringLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// lengthTo returns the length of text up to the end of what ends it.
func lengthTo(text []byte, end string) int {
	if i := bytes.Index(text, []byte(end)); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

// errUnreadable means that a value is no JSON, or not of its field's kind.
var errUnreadable = errors.New("settings.value-unreadable")

var fieldStart = regexp.MustCompile(`"?(\w+)"\s*:\s*`) // the quote before may be that of the value before

// salvage returns the fields of a text that is no JSON as a whole, as far as each can be read by itself. A
// value that cannot is nil.
func salvage(text []byte) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	for at := fieldStart.FindSubmatchIndex(text); at != nil; at = fieldStart.FindSubmatchIndex(text) {
		name := string(text[at[2]:at[3]])
		text = text[at[1]:]
		if !slices.Contains(fieldNames, name) {
			continue
		}
		value, length := firstValue(text)
		if value == nil {
			value, _ = firstValue(tidy(text))
		}
		fields[name], text = value, text[length:]
	}
	return fields
}

// firstValue returns the JSON value at the beginning of text and how long it is; nil and 0 if there is none.
func firstValue(text []byte) (value json.RawMessage, length int) {
	in := json.NewDecoder(bytes.NewReader(text))
	if in.Decode(&value) != nil {
		return nil, 0
	}
	return value, int(in.InputOffset())
}

// retyped returns a number in quotes without them, and what has none with them; nil: there is no other way
// to write value.
func retyped(value json.RawMessage) json.RawMessage {
	var s string
	switch {
	case value == nil:
		return nil
	case json.Unmarshal(value, &s) != nil:
		quoted, _ := json.Marshal(string(value)) // cannot fail
		return quoted
	case !json.Valid([]byte(s)):
		return nil
	}
	return json.RawMessage(s)
}
