//go:build linux

package main

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReadEventReadsWhatJumunWrites(t *testing.T) {
	tests := []struct {
		name, in string
		want     event
		err      error
	}{
		{"an order", "id: 1-0\nevent: order\ndata: {\"a\":1}\n\n", event{"order", "1-0", `{"a":1}`}, nil},
		{"after heartbeats", ":\n\n:\n\nevent: connect\nretry: 3000\ndata: connected\n\n", event{"connect", "", "connected"}, nil},
		{"without the space, with other line ends", "event:ack\r\ndata:x\r\n\r\n", event{"ack", "", "x"}, nil},
		{"what had no data leaves nothing behind", "event: gap\nid: 9\n\ndata: x\n\n", event{"", "", "x"}, nil},
		{"cut before the blank line", "data: x\n", event{}, io.EOF},
		{"nothing", "", event{}, io.EOF},
		{"a line without end", "data: " + strings.Repeat("x", 5000), event{}, errLongLine},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readEvent(bufio.NewReader(strings.NewReader(tt.in)))
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add("id: 1-0\nevent: order\ndata: x\n\n")
	f.Add(":\n\n\r\ndata\ndata:\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		for in := bufio.NewReader(strings.NewReader(text)); ; {
			e, err := readEvent(in)
			if err != nil {
				return
			}
			if e.data == "" || strings.Contains(e.data+e.id+e.name, "\n") {
				t.Fatalf("%+v", e)
			}
		}
	})
}
