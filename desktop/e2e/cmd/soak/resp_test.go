//go:build linux

package main

import (
	"bufio"
	"reflect"
	"strings"
	"testing"
)

func TestReadReplyTakesWhatRedisSays(t *testing.T) {
	tests := []struct {
		name, in string
		want     any
		fails    bool
	}{
		{"a simple string", "+OK\r\n", "OK", false},
		{"a number", ":-7\r\n", int64(-7), false},
		{"a bulk string", "$5\r\na\r\nbc\r\n", "a\r\nbc", false},
		{"nothing", "$-1\r\n", nil, false},
		{"no array", "*-1\r\n", nil, false},
		{"an array in an array", "*2\r\n$1\r\na\r\n*1\r\n:1\r\n", []any{"a", []any{int64(1)}}, false},
		{"a refusal", "-ERR no\r\n", nil, true},
		{"a bulk string that is cut off", "$5\r\nab", nil, true},
		{"a bulk string longer than announced", "$1\r\nabc\r\n", nil, true},
		{"a size that is none", "$x\r\n", nil, true},
		{"more than anybody sends", "$999999999999\r\n", nil, true},
		{"an empty line", "\r\n", nil, true},
		{"another protocol", "HTTP/1.1 400\r\n", nil, true},
		{"arrays without end", strings.Repeat("*1\r\n", 100), nil, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readReply(bufio.NewReader(strings.NewReader(tt.in)), maxDepth)
			if (err != nil) != tt.fails || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %#v, %v; want %#v, an error: %v", got, err, tt.want, tt.fails)
			}
		})
	}
}

func FuzzReadReply(f *testing.F) {
	for _, seed := range []string{"+OK\r\n", ":1\r\n", "$2\r\nab\r\n", "*2\r\n$-1\r\n-ERR\r\n", "*1\r\n*1\r\n:0\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if got, err := readReply(bufio.NewReader(strings.NewReader(in)), maxDepth); err != nil && got != nil {
			t.Errorf("both %#v and %v", got, err)
		}
	})
}
