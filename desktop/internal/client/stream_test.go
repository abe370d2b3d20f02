package client

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"jumun/shared/order"
)

// readAll reads r as a stream of mart 42.
func readAll(r io.Reader) (events []order.Event, retry time.Duration, end ending) {
	f := Client{Mart: "42", Events: func(read []order.Event) { events = append(events, read...) }}
	body := newWatchedBody(r, math.MaxInt64, func() {}, math.MaxInt64, func() {})
	end = (&reader{Client: f.withDefaults()}).read(body, func() {})
	end.lasted = 0
	return events, body.retry, end
}

// endless is one piece, over and over.
type endless struct {
	piece string
	taken int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.piece)
	e.taken += n
	return n, nil
}

func TestWithoutABlankLineReadingStops(t *testing.T) {
	for _, piece := range []string{"a", "data: a\n", ": comment\n", "\n", "\r", "id: 1\r\n"} {
		r := &endless{piece: strings.Repeat(piece, 4096/len(piece))}
		if _, _, end := readAll(r); end.err == nil || errors.Is(end.err, errEnded) {
			t.Errorf("%q: %v", piece, end.err)
		}
		if r.taken > 2*maxEvent {
			t.Errorf("%q: %d bytes were taken", piece, r.taken)
		}
	}
}

func TestRetryFieldsAreFoundInPieces(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"retry: 1500\n\n":                          1500 * time.Millisecond,
		"retry:1500\r\n\r\n":                       1500 * time.Millisecond,
		": hi\ndata: x\nretry: 7\n\nretry: 9\r\r":  9 * time.Millisecond,
		"data: retry: 5\n\n":                       0,
		"retry: 5":                                 0, // its line may go on
		"retry: soon\n\n":                          0,
		"retry: -5\n\n":                            0,
		"retry: 99999999999999999999999999999\n\n": 0,
		strings.Repeat("x", 40) + "\nretry: 3\n\n": 3 * time.Millisecond,
	} {
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			if _, got, _ := readAll(r); got != want {
				t.Errorf("%q: %v, want %v", in, got, want)
			}
		}
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte(hello + placed("6-0", "42", "a") + ":\n\n" + placed("7-0", "43", "b")))
	f.Add([]byte("\xef\xbb\xbfretry: 5\r\nevent: bye\r\ndata: {\"reason\":\"drain\",\"retryMs\":-1}\r\r"))
	f.Add([]byte("id: \x00\nevent:order\ndata\ndata:{}\n\nretry: 1\n\n"))
	f.Add([]byte(hello + gap + withoutID(placed("8-0", "42", "a")) + acked + "event: ack\ndata: {\"orderId\":\"a\"}\n\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		events, retry, end := readAll(bytes.NewReader(in))
		for _, e := range events {
			if _, err := order.ParseOrderID(string(e.Order)); err != nil || e.Mart != "42" {
				t.Fatalf("event %+v", e)
			}
			if e.ID != "" && !fitsHeader(e.ID) {
				t.Fatalf("ID %q", e.ID)
			}
		}
		if end.err == nil || end.asked < 0 || end.asked > maxRetryAfter || len([]rune(end.state(errorText).Detail)) > maxDetail {
			t.Fatalf("ending %+v", end)
		}
		// How the bytes are cut into packets must not matter.
		again, retryAgain, endAgain := readAll(iotest.OneByteReader(bytes.NewReader(in)))
		if !reflect.DeepEqual(events, again) || end.err.Error() != endAgain.err.Error() {
			t.Fatalf("byte by byte %+v, %v; at once %+v, %v", again, endAgain.err, events, end.err)
		}
		if errors.Is(end.err, errEnded) && end.asked == 0 && retry != retryAgain && !bytes.Contains(in, []byte("bye")) {
			t.Fatalf("byte by byte retry %v, at once %v", retryAgain, retry)
		}
	})
}

// A stream that ends with its connection is cut without a trace, wherever that was.
func TestAnEventThatWasCutIsWholeOrIsNone(t *testing.T) {
	for _, last := range []string{placed("6-0", "42", "b"), acked, gap} {
		whole := hello + placed("5-0", "42", "a") + last
		want, _, _ := readAll(strings.NewReader(whole))
		for cut := range len(last) {
			got, _, end := readAll(strings.NewReader(whole[:len(whole)-cut]))
			if !reflect.DeepEqual(got, want) && !reflect.DeepEqual(got, want[:1]) || end.err == nil {
				t.Errorf("cut after %q: %+v, %v", whole[len(whole)-len(last):len(whole)-cut], got, end.err)
			}
		}
	}
}
