package auth

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func trusting(t testing.TB, list ...string) *ClientIP {
	t.Helper()
	trusted, err := ParseTrustedProxies(list)
	if err != nil {
		t.Fatal(err)
	}
	return NewClientIP(trusted, slog.New(slog.DiscardHandler))
}

func from(peer string, forwarded ...string) *http.Request {
	r := &http.Request{RemoteAddr: peer, Header: http.Header{}}
	if len(forwarded) > 0 {
		r.Header["X-Forwarded-For"] = forwarded
	}
	return r
}

func TestTheClientIsThePeerOrWhatATrustedProxySays(t *testing.T) {
	tests := []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "203.0.113.7:1", nil, "203.0.113.7"},
		{"an untrusted peer says so", "203.0.113.7:1", []string{"198.51.100.1"}, "203.0.113.7"},
		{"an untrusted private peer says so", "192.168.0.9:1", []string{"198.51.100.1"}, "192.168.0.9"},
		{"a proxy says so", "10.0.0.1:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a proxy says nothing", "10.0.0.1:1", nil, "10.0.0.1"},
		{"a proxy says the empty string", "10.0.0.1:1", []string{""}, "10.0.0.1"},
		{"a client wrote something before", "10.0.0.1:1", []string{"1.2.3.4, 198.51.100.1"}, "198.51.100.1"},
		{"a client wrote a header of its own", "10.0.0.1:1", []string{"1.2.3.4", "198.51.100.1"}, "198.51.100.1"},
		{"a client wrote the proxy", "10.0.0.1:1", []string{"1.2.3.4, 10.0.0.1, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "10.0.0.1:1", []string{"198.51.100.1,10.0.0.2"}, "198.51.100.1"},
		{"two proxies, a header each", "10.0.0.1:1", []string{"198.51.100.1", "10.0.0.2"}, "198.51.100.1"},
		{"proxies all the way", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"empty elements", "10.0.0.1:1", []string{"198.51.100.1, ,", " ,"}, "198.51.100.1"},
		{"garbage", "10.0.0.1:1", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		{"garbage behind a proxy", "10.0.0.1:1", []string{"198.51.100.1, _hidden, 10.0.0.2"}, "10.0.0.2"},
		{"garbage before", "10.0.0.1:1", []string{"'; drop, 198.51.100.1"}, "198.51.100.1"},
		{"with a port", "10.0.0.1:1", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"IPv6 with a port", "10.0.0.1:1", []string{"[2001:db8:1:2:3:4:5:6]:4711"}, "2001:db8:1:2::"},
		{"IPv6 in brackets", "10.0.0.1:1", []string{"[2001:db8:1:2:3:4:5:6]"}, "2001:db8:1:2::"},
		{"IPv6", "10.0.0.1:1", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"},
		{"half a bracket", "10.0.0.1:1", []string{"[2001:db8::1"}, "10.0.0.1"},
		{"IPv4 within IPv6", "10.0.0.1:1", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"a proxy within IPv6", "[::ffff:10.0.0.1]:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a trusted range of IPv6", "[2001:db8:ffff::1]:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a neighbour in the range of a proxy's /64", "[2001:db8:fffe::1]:1", []string{"198.51.100.1"}, "2001:db8:fffe::"},
		{"a peer of IPv6", "[2001:db8:1:2:3:4:5:6]:1", nil, "2001:db8:1:2::"},
		{"this machine", "[::1]:1", nil, "::1"},
		{"a link-local peer with a zone", "[fe80::1%eth0]:1", nil, "fe80::"},
		{"a Unix socket", "@", nil, "invalid IP"},
		{"no peer", "", []string{"198.51.100.1"}, "invalid IP"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := trusting(t, "10.0.0.0/8", "2001:db8:ffff::/48")
			if got := a.Of(from(tt.peer, tt.forwarded...)); got.String() != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTrustedProxiesAreAddressesAndRanges(t *testing.T) {
	tests := []struct{ in, want string }{
		{"10.1.2.3", "10.1.2.3/32"}, {" 10.1.2.3/8 ", "10.0.0.0/8"}, {"0.0.0.0/0", "0.0.0.0/0"},
		{"::ffff:10.1.2.3", "10.1.2.3/32"}, {"::ffff:10.1.2.3/104", "10.0.0.0/8"},
		{"2001:db8::1", "2001:db8::1/128"}, {"2001:db8::1/32", "2001:db8::/32"}, {"fe80::1%eth0", "fe80::1/128"},
		{"", ""}, {"proxy", ""}, {"10.0.0.0/33", ""}, {"10.0.0.1:80", ""}, {"10.0.0", ""}, {"10.0.0.0/8/8", ""},
	}
	for _, tt := range tests {
		got, err := ParseTrustedProxies([]string{"127.0.0.1", tt.in})
		if tt.want == "" {
			if err == nil || !strings.Contains(err.Error(), tt.in) {
				t.Errorf("%q is %v, %v", tt.in, got, err)
			}
		} else if err != nil || len(got) != 2 || got[1].String() != tt.want {
			t.Errorf("%q is %v, %v", tt.in, got, err)
		}
	}
}

func TestAnUntrustedProxyIsLoggedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		a := NewClientIP(nil, slog.New(slog.NewTextHandler(&out, nil)))
		warnings := func() int { return strings.Count(out.String(), "--trusted-proxies") }
		a.Of(from("203.0.113.7:1", "198.51.100.1")) // anybody on the Internet may send that
		a.Of(from("10.0.0.1:1"))
		if warnings() != 0 {
			t.Error("a warning without a proxy")
		}
		for range 100 {
			a.Of(from("10.0.0.1:1", "198.51.100.1"))
		}
		if warnings() != 1 || !strings.Contains(out.String(), "proxy=10.0.0.1") {
			t.Errorf("%d warnings: %s", warnings(), out.String())
		}
		time.Sleep(25 * time.Hour)
		if a.Of(from("[::1]:1", "198.51.100.1")); warnings() != 2 {
			t.Errorf("%d warnings after a day", warnings())
		}
	})
}

func TestATrustedProxyIsNotLogged(t *testing.T) {
	var out bytes.Buffer
	a := trusting(t, "10.0.0.1")
	a.log = slog.New(slog.NewTextHandler(&out, nil))
	if a.Of(from("10.0.0.1:1", "192.168.0.1")); out.Len() > 0 {
		t.Error(out.String())
	}
}

func FuzzForwarded(f *testing.F) {
	for _, header := range []string{"198.51.100.1", "a, 10.0.0.2", "[::1]:80,10.1.1.1", ",,,", "[", "[]", "::ffff:1.2.3.4%x", "fe80::1%eth0", "1.2.3.4:99999"} {
		f.Add(header, "10.0.0.1:1")
	}
	f.Fuzz(func(t *testing.T, header, peer string) {
		a := trusting(t, "10.0.0.0/8")
		got := a.Of(from(peer, header))
		if got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%q from %q is %v", header, peer, got)
		}
		if split := a.Of(from(peer, strings.Split(header, ",")...)); split != got {
			t.Fatalf("%q from %q is %v, in a header each %v", header, peer, got, split)
		}
		// What a client writes first changes nothing once a proxy has named the client.
		if said := a.Of(from("10.0.0.1:1", header+",198.51.100.1")); said != netip.MustParseAddr("198.51.100.1") {
			t.Fatalf("%q makes a client %v", header, said)
		}
	})
}

func FuzzParseTrustedProxies(f *testing.F) {
	for _, text := range []string{"10.0.0.0/8", "::ffff:10.0.0.0/104", "::ffff:1.2.3.4/95", "fe80::1%eth0", "/", "1.2.3.4/"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		trusted, err := ParseTrustedProxies([]string{text})
		if err == nil && (len(trusted) != 1 || !trusted[0].IsValid() || trusted[0] != trusted[0].Masked()) {
			t.Fatalf("%q is %v", text, trusted)
		}
	})
}
