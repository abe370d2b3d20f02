package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestWhoeverUsesATokenIsListedWhateverHeDoes(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleDevice, "42")
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	head := tokenOf(t, keys, "head-office", wire.RoleAdmin, "*")
	for _, does := range []struct{ holder, token, method, path, body, mart string }{
		{"acks-by-id", tokenOf(t, keys, "acks-by-id", wire.RoleDevice, "42"), "POST", wire.AcksPath("42"), `{"acks":[{"id":"1-0","orderId":"1"}]}`, "42"},
		{"acks-by-number", tokenOf(t, keys, "acks-by-number", wire.RoleDevice, "42", "43"), "POST", wire.AckPath("42", "1"), "", "42"},
		{"reopens", tokenOf(t, keys, "reopens", wire.RoleDevice, "*"), "POST", wire.ReopenPath("42"), `{"id":"1-0","orderId":"1"}`, "42"},
		{"asks-the-name", tokenOf(t, keys, "asks-the-name", wire.RoleDevice, "42"), "GET", wire.MartPath("42"), "", "42"},
		{"renews", tokenOf(t, keys, "renews", wire.RoleDevice, "42"), "POST", wire.TokenPath, "", "42"},
		{"made-up", tokenOf(t, lent, "made-up", wire.RoleDevice, "42"), "POST", wire.AcksPath("42"), `{"acks":[{"id":"1-0","orderId":"1"}]}`, "42"},
		{"publishes", tokenOf(t, keys, "publishes", wire.RolePublisher, "43"), "POST", wire.PublishPath, publication("43", "1"), "*"},
		{"asks", tokenOf(t, keys, "asks", wire.RoleAdmin, "42"), "GET", wire.HistoryPath("42", "1"), "", "*"},
		{"pairs", tokenOf(t, keys, "pairs", wire.RoleAdmin, "42"), "POST", wire.PairingsPath, `{"martId":"42"}`, "*"},
	} {
		if status := ask(t, as(t, does.token, does.method, server.url+does.path, does.body)).StatusCode; status/100 == 5 || status == 401 || status == 403 {
			t.Fatalf("%s: %d", does.holder, status)
		}
		eventually(t, does.holder+" is listed", func() bool {
			list := read(t, ask(t, as(t, head, "GET", server.url+wire.DevicesPath(order.MartID(does.mart)), "")))
			return strings.Contains(list, does.holder+`","name"`)
		})
	}
	_, out, _ := do(t, nothing, "devices", "--mart", "*", "--redis", redis.URL())
	if !strings.Contains(out, "publisher [43]") || !strings.Contains(out, "admin [42]") {
		t.Errorf("who is not a device:\n%s", out)
	}
}

func TestMadeUpSubjectsPushNoPairedPCOutOfTheListAndTheMartRevokesWithoutOne(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleDevice, "42")
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	paired := pairDevice(t, server.url, redis.URL(), "카운터")
	for n := range 1200 {
		if status := heardBy(t, server.url, tokenOf(t, lent, fmt.Sprint("made-up-", n), wire.RoleDevice, "42"), "42"); status != http.StatusOK {
			t.Fatal(status)
		}
	}
	list := func() string {
		_, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL())
		return out
	}
	eventually(t, "the last one is listed", func() bool { return strings.Contains(list(), "made-up-1199 ") })
	if out := list(); !strings.Contains(out, paired.Device) || strings.Count(out, "made-up-") > 1000 {
		t.Errorf("the paired PC is listed: %v, beside %d", strings.Contains(out, paired.Device), strings.Count(out, "made-up-"))
	}
	forgotten := tokenOf(t, lent, "made-up-0", wire.RoleDevice, "42")
	admin := tokenOf(t, keys, "admin-42", wire.RoleAdmin, "42")
	if status := postAs(t, server.url+wire.RevocationsPath, admin, `{"device":"`+kidOf(t, keys, forgotten)+`/made-up-0"}`); status != http.StatusNoContent {
		t.Errorf("one that is not listed is revoked: %d", status)
	}
	eventually(t, "it is void", func() bool { return heardBy(t, server.url, forgotten, "42") == http.StatusUnauthorized })
	if heardBy(t, server.url, tokenOf(t, lent, "made-up-1", wire.RoleDevice, "42"), "42") != http.StatusOK {
		t.Error("another one is void too")
	}
}

func TestWhoeverMakesUpMartsLeavesNothingOfThemInRedis(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleDevice, wire.AnyMart)
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	pairDevice(t, server.url, redis.URL(), "카운터")
	everywhere := tokenOf(t, keys, "everywhere", wire.RoleDevice, "*")
	before := redis.Ask("DBSIZE")
	for n := range 20 {
		mart := order.MartID(fmt.Sprint("made-up-", n))
		one := tokenOf(t, lent, "roams", wire.RoleDevice, mart)
		for _, token := range []string{everywhere, one} {
			if status := heardBy(t, server.url, token, mart); status != http.StatusOK {
				t.Fatal(status)
			}
			ask(t, as(t, token, "POST", server.url+wire.AcksPath(mart), `{"acks":[{"id":"1-0","orderId":"1"}]}`))
		}
		if _, status := renewed(t, server.url, one); status != http.StatusOK && n == 0 {
			t.Fatal("renewed: ", status)
		}
	}
	for _, token := range []string{everywhere, tokenOf(t, lent, "roams", wire.RoleDevice, "42")} {
		heardBy(t, server.url, token, "42")
	}
	list := func() string {
		_, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL())
		return out
	}
	eventually(t, "both are listed where a PC is", func() bool { return strings.Contains(list(), "everywhere ") && strings.Contains(list(), "/roams ") })
	if made := redis.Ask("KEYS", "*made-up-*"); made != "" {
		t.Errorf("of %s keys, and %s before:\n%s", redis.Ask("DBSIZE"), before, made)
	}
}
