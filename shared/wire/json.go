package wire

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// AppendJSON appends o as json.Marshal writes it, byte for byte, in a fraction of the time:
// a server does this for every order. It fails if RFC 3339 cannot say one of the times.
func (o Order) AppendJSON(b []byte) ([]byte, error) {
	b = appendText(b, `{"martId":`, string(o.MartID))
	b = appendText(b, `,"orderId":`, string(o.OrderID))
	b = appendText(b, `,"message":`, o.Message)
	b, err := appendTime(b, `,"at":`, o.At)
	if o.Summary != "" {
		b = appendText(b, `,"summary":`, o.Summary)
	}
	if o.Amount != "" {
		b = appendText(b, `,"amount":`, o.Amount)
	}
	if err == nil && !o.PlacedAt.IsZero() {
		b, err = appendTime(b, `,"placedAt":`, o.PlacedAt)
	}
	if o.Confirmed {
		b = append(b, `,"confirmed":true`...)
	}
	return append(b, '}'), err
}

// AppendJSON appends a as json.Marshal writes it, byte for byte. It fails if RFC 3339
// cannot say the time.
func (a Ack) AppendJSON(b []byte) ([]byte, error) {
	b = appendText(b, `{"orderId":`, string(a.OrderID))
	b = appendText(b, `,"device":`, a.Device)
	b, err := appendTime(b, `,"at":`, a.At)
	return append(b, '}'), err
}

func appendText(b []byte, key, s string) []byte {
	b = append(b, key...)
	if !plain(s) {
		// The copy is what escapes to the heap. Else every text would, escaped or not.
		escaped, _ := json.Marshal(strings.Clone(s)) // texts always marshal
		return append(b, escaped...)
	}
	return append(append(append(b, '"'), s...), '"')
}

// plain says whether encoding/json puts s between quotes as it is. It escapes what HTML
// and JavaScript could take for theirs, too.
func plain(s string) bool {
	for _, r := range s {
		switch {
		case r < ' ', r == '"', r == '\\', r == '<', r == '>', r == '&', r == '\u2028', r == '\u2029':
			return false
		case r == utf8.RuneError: // half a character looks the same
			return false
		}
	}
	return true
}

func appendTime(b []byte, key string, t time.Time) ([]byte, error) {
	b, err := t.AppendText(append(append(b, key...), '"'))
	return append(b, '"'), err
}
