package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// withLentKey returns a key file with a key of the servers and one that is lent, and a file with the
// lent key alone, as a shop's backend has it.
func withLentKey(t *testing.T, role wire.Role, mart order.MartID) (servers, lent string) {
	t.Helper()
	servers, lent = filepath.Join(t.TempDir(), "keys.json"), filepath.Join(t.TempDir(), "lent.json")
	if _, err := token.AddKey(servers, nil, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := token.AddKey(lent, []wire.Role{role}, []order.MartID{mart}, time.Now()); err != nil {
		t.Fatal(err)
	}
	var own, others struct {
		Keys []json.RawMessage `json:"keys"`
	}
	for path, file := range map[string]any{servers: &own, lent: &others} {
		raw, err := os.ReadFile(path)
		if err != nil || json.Unmarshal(raw, file) != nil {
			t.Fatal(err)
		}
	}
	own.Keys = append(own.Keys, others.Keys...)
	raw, _ := json.Marshal(own)
	if err := os.WriteFile(servers, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return servers, lent
}

// tokenOf returns a token that a key file signs, of a subject.
func tokenOf(t *testing.T, path, subject string, role wire.Role, marts ...order.MartID) string {
	t.Helper()
	c := claims(role, marts...)
	c.Subject = subject
	text, err := sign(path, c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// postAs sends a JSON body with a token, and returns the status.
func postAs(t *testing.T, url, bearer, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+bearer)
	res := ask(t, req)
	defer res.Body.Close()
	return res.StatusCode
}

func TestALentKeyUsesUpNothingOfTheOrderService(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RolePublisher, "42")
	server := serve(t, "--redis", redis.URL(), "--keys", keys, "--publish-rate", "20")
	orders := tokenOf(t, keys, "publisher-orders", wire.RolePublisher, "*")
	forged := tokenOf(t, lent, "publisher-orders", wire.RolePublisher, "42")
	refused := 0
	for range 200 {
		if postAs(t, server.url+wire.PublishPath, forged, "nonsense") == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("the lent key has no limit")
	}
	for _, number := range numbers(20) {
		if status := postAs(t, server.url+wire.PublishPath, orders, publication("43", number)); status != http.StatusAccepted {
			t.Errorf("order %s of the order service: %d", number, status)
		}
	}
}

func TestAnAdministratorInALoopKeepsNobodyFromPairing(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	one := tokenOf(t, theKeys, "admin-42", wire.RoleAdmin, "42")
	stop := make(chan struct{})
	var loops sync.WaitGroup
	defer loops.Wait()
	defer close(stop)
	for range 64 {
		loops.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					req, _ := http.NewRequest(http.MethodPost, server.url+wire.PairingsPath, bytes.NewBufferString(`{"martId":"42"}`))
					req.Header.Set("Authorization", "Bearer "+one)
					if res, err := http.DefaultTransport.RoundTrip(req); err == nil {
						_ = res.Body.Close()
					}
				}
			}
		})
	}
	eventually(t, "it is slowed down", func() bool { return count(t, server, `jumun_refused_total{reason="busy",role="admin"}`) > 100 })
	for _, other := range []order.MartID{"43", "44", "*"} {
		bearer := tokenOf(t, theKeys, "admin-"+string(other), wire.RoleAdmin, other)
		for range 5 {
			if status := postAs(t, server.url+wire.PairingsPath, bearer, `{"martId":"`+strings.ReplaceAll(string(other), "*", "45")+`"}`); status != http.StatusCreated {
				t.Errorf("the administrator of %s: %d", other, status)
			}
		}
	}
}
