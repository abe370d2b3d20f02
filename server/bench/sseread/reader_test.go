package sseread

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const plain = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" +
	":\n\nid: 1-0\nevent: order\ndata: {\"orderId\":\"3-17\"}\n\ndata:x\n\n"

const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" +
	"3\r\n:\n\n\r\n15\r\nid: 1-0\nevent: order\n\r\n18\r\ndata: {\"orderId\":\"3-17\"}\r\n9\r\n\n\ndata:x\n\r\n1\r\n\n\r\n"

// read feeds text in pieces of size bytes.
func read(text string, size int) (got []string, err error) {
	var r Reader
	for piece := range slices.Chunk([]byte(text), size) {
		err = r.Feed(slices.Clone(piece), func(f Frame) { got = append(got, fmt.Sprintf("%s|%s|%s", f.ID, f.Event, f.Data)) })
		if err != nil {
			return got, err
		}
	}
	return got, nil
}

func TestFeedReadsTheSameInWhateverPiecesItComes(t *testing.T) {
	want := []string{"||", `1-0|order|{"orderId":"3-17"}`, "||x"}
	for name, text := range map[string]string{"plain": plain, "chunked": chunked} {
		for size := 1; size <= len(text); size++ {
			if got, err := read(text, size); err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s, in pieces of %d: %q, %v", name, size, got, err)
			}
		}
	}
}

func TestFeedRefuses(t *testing.T) {
	if _, err := read("HTTP/1.1 401 Unauthorized\r\n\r\n", 100); !errors.As(err, new(*RefusedError)) || !strings.Contains(err.Error(), "401") {
		t.Errorf("a refusal: %v", err)
	}
	if _, err := read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 100); err == nil {
		t.Error("a chunk without a size is no error")
	}
	if got, err := read(chunked+"0\r\n\r\n", 100); !errors.Is(err, ErrEnd) || len(got) != 3 {
		t.Errorf("the end: %q, %v", got, err)
	}
	if _, err := read("HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat("x", maxUnread+1), 1<<16); !errors.Is(err, errTooLong) {
		t.Errorf("a frame without an end: %v", err)
	}
}

func TestOrderIn(t *testing.T) {
	tests := []struct {
		name, in string
		want     Order
		ok       bool
	}{
		{"one of ours", `{"martId":"1","orderId":"7-1700000000000000000","at":1}`, Order{7, 1700000000000000000}, true},
		{"another's", `{"orderId":"20240727-0001x"}`, Order{}, false},
		{"no time", `{"orderId":"7"}`, Order{}, false},
		{"too long for a number", `{"orderId":"7-99999999999999999999"}`, Order{}, false},
		{"none", `connected`, Order{}, false},
	}
	for _, tt := range tests {
		got, ok := OrderIn([]byte(tt.in))
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, got, ok)
		}
	}
}

func TestAnIDSaysTheOrder(t *testing.T) {
	want := Order{Seq: 12, At: 1700000000123456789}
	if got, ok := OrderIn([]byte(`{"orderId":"` + want.ID() + `"}`)); !ok || got != want {
		t.Errorf("%+v, %v", got, ok)
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte(plain), 7)
	f.Add([]byte(chunked), 3)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		if size < 1 || size > len(text) {
			return
		}
		whole, err := read(string(text), max(1, len(text)))
		pieces, err2 := read(string(text), size)
		if (err == nil) != (err2 == nil) || err == nil && !slices.Equal(whole, pieces) {
			t.Errorf("whole: %q, %v; in pieces: %q, %v", whole, err, pieces, err2)
		}
	})
}

func FuzzOrderIn(f *testing.F) {
	f.Add([]byte(`{"orderId":"7-1700000000000000000"}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		if o, ok := OrderIn(in); ok && (o.Seq < 0 || o.At < 0) {
			t.Errorf("%+v", o)
		}
	})
}
