package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

func TestFewOfTenThousandWrongCodesAreTriedAndAnotherAddressPairs(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	statuses := map[int]int{}
	for i := range 10_000 {
		code := []byte("AAAAAAAA")
		for at, n := 0, i; n > 0; at, n = at+1, n/len(wire.CodeAlphabet) {
			code[at] = wire.CodeAlphabet[n%len(wire.CodeAlphabet)]
		}
		res, _ := guess(t, http.DefaultTransport.(bearer).Transport, server.url, string(code))
		statuses[res.StatusCode]++
	}
	wrong := statuses[http.StatusForbidden]
	if wrong < 5 || wrong > 50 || wrong+statuses[http.StatusTooManyRequests] != 10_000 {
		t.Errorf("answers by status: %v", statuses)
	}
	t.Logf("answers by status: %v", statuses)
	// The answer may come a moment before the count.
	eventually(t, "they were counted", func() bool { return count(t, server, `jumun_pairings_total{outcome="wrong"}`) == float64(wrong) })

	_, out, stderr := do(t, nothing, "pair", "--mart", "42", "--redis", redis.URL(), "--json")
	var made wire.PairingCode
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		t.Fatal(stderr)
	}
	elsewhere := &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}}).DialContext}
	defer elsewhere.CloseIdleConnections()
	if res, body := guess(t, elsewhere, server.url, made.Code); res.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", res.Status, body)
	}
	if res, body := guess(t, elsewhere, server.url, made.Code); res.StatusCode != http.StatusForbidden || !strings.Contains(body, wire.ProblemCode) {
		t.Errorf("the code works again: %s: %s", res.Status, body)
	}
}

// guess tries to pair a device of mart 42 with a code.
func guess(t *testing.T, through http.RoundTripper, url, code string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+wire.PairPath, strings.NewReader(fmt.Sprintf(`{"martId":"42","code":%q,"device":"x"}`, code)))
	if err != nil {
		t.Fatal(err)
	}
	res, err := through.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	return res, read(t, res)
}
