package sse

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestADeviceGoesOnAfterTheOneIDThatItGives(t *testing.T) {
	tests := []struct {
		name   string
		header []string
		query  string
		want   order.ID
	}{
		{"nothing", nil, "", ""},
		{"an empty header, as some clients send", []string{""}, "", ""},
		{"an empty parameter", nil, "after=", ""},
		{"the header", []string{"5-1"}, "", "5-1"},
		{"the parameter", nil, "after=5-1", "5-1"},
		{"the parameter beside an empty header", []string{""}, "after=5-1", "5-1"},
		{"the header, which is newer than the address", []string{"5-1"}, "after=4-0", "5-1"},
		{"the header, whatever the address is", []string{"5-1"}, "after=%zz", "5-1"},
		{"as what stands in for an EventSource sends it", nil, "lastEventId=5-1", "5-1"},
		{"the one that it added to the address", nil, "after=4-0&lastEventId=5-1", "5-1"},
		{"the header beside it", []string{"5-1"}, "lastEventId=4-0", "5-1"},
		{"an empty one", nil, "after=5-1&lastEventId=", "5-1"},
		{"garbage as that", nil, "lastEventId=x", notAnID},
		{"before every event", []string{"0-0"}, "", "0-0"},
		{"other parameters too", nil, "x=1&after=5-1&y", "5-1"},
		{"garbage", []string{"garbage"}, "", notAnID},
		{"garbage, though the address has an ID", []string{"garbage"}, "after=5-1", notAnID},
		{"what stands for garbage here", []string{string(notAnID)}, "", notAnID},
		{"only milliseconds", []string{"5"}, "", notAnID},
		{"a sequence of any", []string{"5-*"}, "", notAnID},
		{"leading zeros", []string{"05-1"}, "", notAnID},
		{"a negative one", []string{"-5-1"}, "", notAnID},
		{"beyond 64 bits", []string{"99999999999999999999-0"}, "", notAnID},
		{"a very long one", []string{strings.Repeat("1", 10_000) + "-0"}, "", notAnID},
		{"two headers", []string{"5-1", "6-0"}, "", notAnID},
		{"two in one header", []string{"5-1, 6-0"}, "", notAnID},
		{"two parameters", nil, "after=5-1&after=6-0", notAnID},
		{"a query that cannot be read", nil, "after=%zz", notAnID},
		{"a line break", nil, "after=5-1%0A", notAnID},
		{"Redis's own words", nil, "after=$", notAnID},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := options(newMemory(0))
			r := get(t, wire.EventsPath("42"))
			r.URL.RawQuery = tt.query
			r.Header["Last-Event-Id"] = tt.header
			if got := New(c.Options).lastID(r, "42"); got != tt.want {
				t.Errorf("goes on after %q, want %q", got, tt.want)
			}
			if logged := c.logged.String(); (tt.want == notAnID) != strings.Contains(logged, "mart=42") || len(logged) > 400 {
				t.Errorf("logged %s", logged)
			}
		})
	}
}

func TestADeviceThatKeepsGivingGarbageFillsNoLog(t *testing.T) {
	c := options(newMemory(0))
	h := New(c.Options)
	for range 1000 {
		r := get(t, wire.EventsPath("42"))
		r.Header.Set("Last-Event-ID", "garbage")
		h.lastID(r, "42")
	}
	if n := strings.Count(c.logged.String(), "\n"); n == 0 || n > 5 {
		t.Errorf("logged %d lines", n)
	}
}

// Whatever is given, the log is asked for one ID, for none, or for notAnID.
func FuzzLastID(f *testing.F) {
	f.Add("5-1", "after=4-0", true)
	f.Add("", "after=5-1&wait=1", true)
	f.Add("5-1\n", "after=%zz;", false)
	f.Fuzz(func(t *testing.T, header, query string, has bool) {
		r := &http.Request{Header: http.Header{}, URL: get(t, "/").URL}
		r.URL.RawQuery = query
		if has {
			r.Header["Last-Event-Id"] = []string{header}
		}
		got := New(options(newMemory(0)).Options).lastID(r, "42")
		if _, err := order.ParseID(string(got)); err != nil && got != "" && got != notAnID {
			t.Fatalf("asks for what follows %q: %v", got, err)
		}
		if id, err := order.ParseID(header); has && err == nil && got != id {
			t.Fatalf("asks for what follows %q, not %q", got, id)
		}
		if _, err := oneID([]string{header, query}); err != nil && !errors.Is(err, order.ErrMalformed) {
			t.Fatalf("error %v does not wrap ErrMalformed", err)
		}
	})
}
