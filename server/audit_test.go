package main

import (
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/server/internal/requestid"
	"jumun/shared/wire"
)

func TestWhoDidWhatIsKeptByAServerAndStraightAtRedis(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	paired := pairDevice(t, server.url, redis.URL(), "카운터") // its code is made at Redis
	if code, _, stderr := do(t, nothing, "revoke", "--device", paired.Device, "--redis", redis.URL()); code != exitDone {
		t.Fatal(stderr)
	}
	admin := signed(t, claims(wire.RoleAdmin, wire.AnyMart))
	res := ask(t, as(t, admin, "POST", server.url+wire.PairingsPath, `{"martId":"43"}`))
	read(t, res)
	name := res.Header.Get(requestid.Header)
	code, out, stderr := do(t, nothing, "audit", "--redis", redis.URL())
	if code != exitDone {
		t.Fatal(stderr)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, want := range [][]string{
		{"AT", "DID"},
		{"command", "@", "made a pairing code", "martId=42"},
		{"server", "paired a device", "device=" + paired.Device, "mart=42"},
		{"command", "@", "revoked", "device=" + paired.Device},
		{"server", "test-", name, "made a pairing code", "mart=43"},
	} {
		for _, w := range want {
			if i >= len(lines) || !strings.Contains(lines[i], w) {
				t.Errorf("line %d lacks %s:\n%s", i, w, out)
			}
		}
	}
	if len(name) == 0 || !strings.Contains(server.err.String(), "request="+name) {
		t.Errorf("the log has no request %q", name)
	}
	if strings.Contains(out, paired.Token) {
		t.Error("it has a secret")
	}
}

func TestARequestKeepsTheNameThatAProxyGaveItIfItIsOne(t *testing.T) {
	server := serve(t, "--embedded-listen", "127.0.0.1:0")
	for given, kept := range map[string]bool{"abc-1": true, "a b": false, strings.Repeat("x", 65): false, "": false} {
		req := as(t, "x", "GET", server.url+wire.LivePath, "")
		req.Header.Set(requestid.Header, given)
		res := ask(t, req)
		read(t, res)
		if got := res.Header.Get(requestid.Header); (got == given) != kept || got == "" {
			t.Errorf("%q became %q", given, got)
		}
	}
}

func TestAWrongCodeIsNamedInTheLogAndAGuesserDoesNotFillIt(t *testing.T) {
	server := serve(t, "--embedded-listen", "127.0.0.1:0")
	for range 8 {
		read(t, ask(t, as(t, "x", "POST", server.url+wire.PairPath, `{"martId":"42","code":"ABCD-EFGH","device":"카운터"}`)))
	}
	n := strings.Count(server.err.String(), "a pairing code was refused")
	if n == 0 || n > 6 || !strings.Contains(server.err.String(), "mart=42 device=카운터 address=127.0.0.1") {
		t.Errorf("%d lines: %s", n, server.err.String())
	}
}
