package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// codeBy returns a code for mart 42 that was made with a token.
func codeBy(t *testing.T, url, token string) string {
	t.Helper()
	var made wire.PairingCode
	res := ask(t, as(t, token, "POST", url+wire.PairingsPath, `{"martId":"42"}`))
	if body := read(t, res); res.StatusCode != http.StatusCreated || json.Unmarshal([]byte(body), &made) != nil {
		t.Fatal(res.Status, body)
	}
	return made.Code
}

func TestACodeOfWhoeverWasRevokedPairsNobodyAndThePairedSayWhoseCodeTheyHad(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleAdmin, "42")
	one, two := serve(t, "--redis", redis.URL(), "--keys", keys), serve(t, "--redis", redis.URL(), "--keys", keys)
	manager, rogue := tokenOf(t, keys, "manager", wire.RoleAdmin, "42"), tokenOf(t, lent, "rogue", wire.RoleAdmin, "42")
	before, used := codeBy(t, one.url, manager), codeBy(t, one.url, rogue)
	byLent := codeBy(t, one.url, rogue)
	if status, _ := pairBy(t, two.url, used); status != http.StatusOK {
		t.Fatal(status)
	}
	head := tokenOf(t, keys, "head-office", wire.RoleAdmin, "*")
	for _, body := range []string{`{"device":"manager"}`, `{"key":"` + kidOf(t, keys, rogue) + `"}`} {
		if status := postAs(t, one.url+wire.RevocationsPath, head, body); status != http.StatusNoContent {
			t.Fatal(body, status)
		}
	}
	for _, code := range []string{before, byLent} {
		if status, _ := pairBy(t, two.url, code); status != http.StatusForbidden {
			t.Errorf("a code of before: %d", status)
		}
	}
	if status, _ := pairBy(t, two.url, codeBy(t, one.url, head)); status != http.StatusOK {
		t.Errorf("a code of the head office: %d", status)
	}
	by := kidOf(t, keys, rogue) + "/rogue"
	if _, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL()); !strings.Contains(out, by) || !strings.Contains(out, "head-office") {
		t.Errorf("the devices:\n%s", out)
	}
	if log := two.err.String(); !strings.Contains(log, "paired a device") || !strings.Contains(log, by) {
		t.Errorf("the log:\n%s", log)
	}
}
