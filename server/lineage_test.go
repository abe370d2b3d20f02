package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// renewed asks a server for a new token.
func renewed(t *testing.T, url, old string) (text string, status int) {
	t.Helper()
	res := ask(t, as(t, old, "POST", url+wire.TokenPath, ""))
	var p wire.Paired
	if res.StatusCode == http.StatusOK && json.NewDecoder(res.Body).Decode(&p) != nil {
		t.Fatal("the answer is no JSON")
	}
	return p.Token, res.StatusCode
}

// mustRenew is renewed of a token that is good.
func mustRenew(t *testing.T, url, old string) string {
	t.Helper()
	text, status := renewed(t, url, old)
	if status != http.StatusOK {
		t.Fatalf("the renewal was answered %d", status)
	}
	return text
}

// heardBy returns the status of a poll of a mart.
func heardBy(t *testing.T, url, text string, mart order.MartID) int {
	t.Helper()
	return ask(t, as(t, text, "GET", url+wire.OrdersPath(mart), "")).StatusCode
}

// kidOf returns the kid of the key that signed a token.
func kidOf(t *testing.T, file, text string) string {
	t.Helper()
	f, err := token.OpenKeyFile(file, quiet())
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Keys().Check(text, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return got.Key
}

func TestRevokingAKeyEndsWhatWasMadeOfItsTokens(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleDevice, "42")
	one, two := serve(t, "--redis", redis.URL(), "--keys", keys), serve(t, "--redis", redis.URL(), "--keys", keys)
	leaked := tokenOf(t, lent, "pc-1", wire.RoleDevice, "42")
	second := mustRenew(t, one.url, leaked)
	third := mustRenew(t, two.url, second)
	if by := kidOf(t, keys, third); by == kidOf(t, keys, leaked) {
		t.Fatal("the renewal was signed by the lent key")
	}
	pc := hear(t, one.url, third)
	if heardBy(t, two.url, third, "43") != http.StatusForbidden {
		t.Error("a renewal is for more marts than what it renews")
	}
	revoke(t, redis.URL(), "--key", kidOf(t, keys, leaked))
	pc.wantRevoked(t)
	for _, text := range []string{leaked, second, third} {
		for _, server := range []*program{one, two} {
			eventually(t, "it is void", func() bool { return heardBy(t, server.url, text, "42") == http.StatusUnauthorized })
			if _, status := renewed(t, server.url, text); status != http.StatusUnauthorized {
				t.Errorf("its renewal is answered %d", status)
			}
		}
	}
}

func TestATokenThatWasNotMadeToBeRenewedIsNotAndNoneLivesLongerThanGranted(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	token := func(more ...string) string {
		code, out, said := do(t, nothing, append([]string{"token", "--keys", theKeys, "--role", "device", "--mart", "42", "--ttl", "1m"}, more...)...)
		if code != exitDone {
			t.Fatal(said)
		}
		return strings.TrimSpace(out)
	}
	technicians := token()
	if _, status := renewed(t, server.url, technicians); status != http.StatusForbidden || heardBy(t, server.url, technicians, "42") != http.StatusOK {
		t.Errorf("a technician's token of one minute is renewed: %d", status)
	}
	eventually(t, "the operator is told", func() bool { return strings.Contains(server.err.String(), "a token is not renewed") })
	until := time.Now().Add(24 * time.Hour)
	next := mustRenew(t, server.url, token("--renew-for", "24h"))
	next = mustRenew(t, server.url, next)
	claims, err := wire.ReadClaims(next)
	if err != nil || time.Unix(claims.Expires, 0).After(until.Add(time.Minute)) || claims.Expires-claims.IssuedAt < 3600 {
		t.Errorf("it was granted until %v, and is %+v", until, claims)
	}
}

func TestTwoWhoHaveOneTokenAreFoundOut(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	copied := pairDevice(t, one.url, redis.URL(), "카운터").Token
	shops := mustRenew(t, one.url, copied)
	thiefs := mustRenew(t, two.url, copied)
	eventually(t, "the operator is told of the second renewal", func() bool {
		return count(t, two, `jumun_pairings_total{outcome="again"}`) == 1 && strings.Contains(two.err.String(), "two have the token")
	})
	listening := hear(t, two.url, thiefs)
	shops = mustRenew(t, one.url, mustRenew(t, one.url, shops))
	listening.wantRevoked(t)
	if heardBy(t, two.url, thiefs, "42") != http.StatusUnauthorized || heardBy(t, one.url, shops, "42") != http.StatusOK {
		t.Error("the thief hears on, or the shop does not")
	}
	eventually(t, "the operator is told that two have it", func() bool {
		return strings.Contains(two.err.String(), "TWO HAVE THE TOKEN OF ONE DEVICE") && count(t, two, `jumun_refused_total{reason="replaced",role="device"}`) >= 1
	})
}

func TestARenewalWhoseAnswerWasLostLosesNoStore(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	last := pairDevice(t, one.url, redis.URL(), "카운터").Token
	for range 3 {
		mustRenew(t, one.url, last) // the answer never arrives
		mustRenew(t, one.url, last)
		last = mustRenew(t, two.url, last)
		if heardBy(t, one.url, last, "42") != http.StatusOK {
			t.Fatal("the store does not hear its orders")
		}
	}
}

func TestALimitedAdminTakesNothingFromOtherMartsAndAFullOneUndoesIt(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleDevice, "42")
	one, two := serve(t, "--redis", redis.URL(), "--keys", keys), serve(t, "--redis", redis.URL(), "--keys", keys)
	orders := tokenOf(t, keys, "publisher-orders", wire.RolePublisher, "*")
	head := tokenOf(t, keys, "head-office", wire.RoleAdmin, "*")
	attacker := tokenOf(t, keys, "admin-42", wire.RoleAdmin, "42")
	for _, subject := range []string{"publisher-orders", "head-office"} {
		forged := tokenOf(t, lent, subject, wire.RoleDevice, "42")
		if heardBy(t, one.url, forged, "42") != http.StatusOK {
			t.Fatal("the forged device does not hear its own mart")
		}
		if status := postAs(t, one.url+wire.RevocationsPath, attacker, `{"device":"`+subject+`"}`); status != http.StatusNoContent {
			t.Errorf("revoking at the own mart: %d", status)
		}
		for _, server := range []*program{one, two} {
			eventually(t, "it is void at the mart of the admin", func() bool { return heardBy(t, server.url, forged, "42") == http.StatusUnauthorized })
		}
	}
	for _, server := range []*program{one, two} {
		for what, status := range map[string]int{
			"the order service publishes":      postAs(t, server.url+wire.PublishPath, orders, publication("43", "1")),
			"it does at the admin's mart":      postAs(t, server.url+wire.PublishPath, orders, publication("42", "1")),
			"the head office pairs":            postAs(t, server.url+wire.PairingsPath, head, `{"martId":"42"}`),
			"the head office revokes":          postAs(t, server.url+wire.RevocationsPath, head, `{"device":"nobody"}`),
			"and undoes what it never revoked": postAs(t, server.url+wire.UndoPath, head, `{"key":"nobody"}`),
		} {
			if status/100 != 2 && status != http.StatusNotFound {
				t.Errorf("%s: %d", what, status)
			}
		}
	}
	if status := postAs(t, one.url+wire.UndoPath, attacker, `{"device":"publisher-orders","martId":"42"}`); status != http.StatusForbidden {
		t.Errorf("the admin of a mart undoes: %d", status)
	}
	if list := ask(t, as(t, head, "GET", one.url+wire.RevocationsPath, "")); !strings.Contains(read(t, list), `{"device":"publisher-orders","martId":"42"`) {
		t.Error("the head office does not see it")
	}
	if status := postAs(t, one.url+wire.UndoPath, head, `{"device":"publisher-orders","martId":"42"}`); status != http.StatusNoContent {
		t.Errorf("the head office undoes it: %d", status)
	}
	forged := tokenOf(t, lent, "publisher-orders", wire.RoleDevice, "42")
	for _, server := range []*program{one, two} {
		eventually(t, "what was revoked is valid again", func() bool { return heardBy(t, server.url, forged, "42") == http.StatusOK })
	}
}

func TestARevokedMartIsLostAndNothingElseAndTheTokenRenews(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	for _, marts := range [][]order.MartID{{wire.AnyMart}, {"42", "43"}} {
		screens := issuedEarlier(t, wire.RoleDevice, marts...)
		revoke(t, redis.URL(), "--mart", "42")
		eventually(t, "mart 42 is lost", func() bool { return heardBy(t, one.url, screens, "42") == http.StatusUnauthorized })
		next := screens
		for _, server := range []*program{one, two, one} {
			next = mustRenew(t, server.url, next)
			if heardBy(t, server.url, next, "43") != http.StatusOK {
				t.Fatalf("%v: the head office does not hear mart 43 any more", marts)
			}
			if status := heardBy(t, server.url, next, "42"); status != http.StatusUnauthorized && status != http.StatusForbidden {
				t.Fatalf("%v: the renewal hears mart 42 again: %d", marts, status)
			}
		}
	}
}

func TestWhoWasRevokedMakesNothingMoreThoughNoServerWasTold(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	admin, device := tokenOf(t, theKeys, "admin-42", wire.RoleAdmin, "42"), tokenOf(t, theKeys, "pc-1", wire.RoleDevice, "42")
	for _, holder := range []string{"admin-42", "pc-1"} {
		redis.Ask("HSET", "jumun:revocations", "device:"+holder, fmt.Sprint(time.Now().UnixMilli()))
	}
	if _, status := renewed(t, server.url, device); status != http.StatusUnauthorized {
		t.Errorf("the device renews: %d", status)
	}
	for path, body := range map[string]string{
		wire.PairingsPath: `{"martId":"42"}`, wire.RevocationsPath: `{"device":"publisher-orders"}`, wire.UndoPath: `{"device":"admin-42"}`,
	} {
		if status := postAs(t, server.url+path, admin, body); status != http.StatusUnauthorized {
			t.Errorf("%s: %d", path, status)
		}
	}
}
