package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// pairFrom tries to pair a device of mart 42 with a code, from an address behind a trusted proxy.
func pairFrom(t *testing.T, url, address, code string) int {
	t.Helper()
	body := strings.NewReader(fmt.Sprintf(`{"martId":"42","code":%q,"device":"x"}`, code))
	req, err := http.NewRequest(http.MethodPost, url+wire.PairPath, body)
	if err != nil {
		t.Error(err)
		return 0
	}
	req.Header.Set("X-Forwarded-For", address)
	res, err := http.DefaultTransport.(bearer).Transport.RoundTrip(req)
	if err != nil {
		t.Error(err)
		return 0
	}
	_ = read(t, res)
	return res.StatusCode
}

// guessAll sends perSecond wrong codes a second, the next one from address(i), until it is stopped.
func guessAll(t *testing.T, url string, perSecond int, address func(i int) string) (refused *atomic.Int64, stop func()) {
	refused = new(atomic.Int64)
	ended := make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(perSecond))
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-ended:
				return
			case <-tick.C:
				all.Go(func() {
					if pairFrom(t, url, address(i), "ABCD-EFGH") == http.StatusTooManyRequests {
						refused.Add(1)
					}
				})
			}
		}
	})
	return refused, sync.OnceFunc(func() { close(ended); all.Wait() })
}

func TestAFloodOfGuessesFromOneNetworkKeepsNoRightCodeOut(t *testing.T) {
	for name, address := range map[string]func(i int) string{
		"an IPv6 /48":                  func(i int) string { return fmt.Sprintf("2001:db8:1:%x::1", i%65536) },
		"an IPv6 /32, each time a /48": func(i int) string { return fmt.Sprintf("2001:db8:%x::1", i%65536) },
		"an IPv4 /24":                  func(i int) string { return fmt.Sprintf("198.51.100.%d", i%256) },
	} {
		t.Run(name, func(t *testing.T) {
			redis := redistest.Start(t)
			server := serve(t, "--redis", redis.URL(), "--trusted-proxies", "127.0.0.1")
			var codes []string
			for range 10 {
				_, out, stderr := do(t, nothing, "pair", "--mart", "42", "--redis", redis.URL(), "--json")
				var made wire.PairingCode
				if err := json.Unmarshal([]byte(out), &made); err != nil {
					t.Fatal(stderr)
				}
				codes = append(codes, made.Code)
			}
			refused, stop := guessAll(t, server.url, 200, address)
			defer stop()
			eventually(t, "wrong codes are refused", func() bool { return refused.Load() > 100 })
			for i, code := range codes {
				from := []string{fmt.Sprintf("203.0.%d.9", i), fmt.Sprintf("2a00:%x::9", i)}[i%2]
				asked := time.Now()
				status := pairFrom(t, server.url, from, code)
				if took := time.Since(asked); status != http.StatusOK || took > 5*time.Second {
					t.Errorf("the right code %d: %d, after %v", i, status, took)
				} else {
					t.Logf("paired after %v", took.Round(time.Millisecond))
				}
			}
		})
	}
}
