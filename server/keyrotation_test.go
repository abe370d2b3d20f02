package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// listed returns what "keys list" says of a key.
func listed(t *testing.T, kid string, args ...string) wire.Key {
	t.Helper()
	code, out, said := do(t, nothing, append([]string{"keys", "list", "--json"}, args...)...)
	var list wire.Keys
	if err := json.Unmarshal([]byte(out), &list); code != exitDone || err != nil {
		t.Fatalf("exit code %d: %s%s", code, out, said)
	}
	i := slices.IndexFunc(list.Keys, func(k wire.Key) bool { return k.ID == kid })
	if i < 0 {
		t.Fatalf("%s is not listed: %s", kid, out)
	}
	return list.Keys[i]
}

// asksForRenewal counts the answers, to a poll and to a stream, that tell to renew a token.
func asksForRenewal(t *testing.T, url, text string) (asks int) {
	t.Helper()
	for _, path := range []string{wire.OrdersPath("42"), wire.EventsPath("42")} {
		if ask(t, as(t, text, "GET", url+path, "")).Header.Get(wire.RenewHeader) == "1" {
			asks++
		}
	}
	return asks
}

// pairDeviceWithOld makes another device with a token of the key kid, and returns its ID once it counts.
func pairDeviceWithOld(t *testing.T, redis *redistest.Redis, server *program, path, kid string) (id string) {
	t.Helper()
	c := claims(wire.RoleDevice, "42")
	c.IssuedAt -= int64((90 * time.Minute).Seconds()) // before there was another key
	hear(t, server.url, signedWith(t, path, c))
	eventually(t, "it counts", func() bool { return listed(t, kid, "--keys", path, "--redis", redis.URL()).Tokens == 2 })
	return c.Subject
}

func TestAKeyIsExchangedFromStartToEndWhileADeviceHearsItsOrders(t *testing.T) {
	redis := redistest.Start(t)
	path, old := keyFile(t)
	server := serve(t, "--redis", redis.URL(), "--keys", path)
	paired := pairDevice(t, server.url, redis.URL(), "카운터")
	pc := hear(t, server.url, paired.Token)
	all := []string{"--keys", path, "--redis", redis.URL()}
	eventually(t, "one token is of the old key", func() bool { return listed(t, old, all...).Tokens == 1 })
	if k := listed(t, old, all...); !k.Signs || k.LastEnds.Unix() != paired.Expires.Unix() {
		t.Errorf("listed as %+v", k)
	}
	if code, _, said := do(t, nothing, append([]string{"keys", "remove", "--key", old}, all...)...); code != exitFailed || !strings.Contains(said, "1 tokens need the key "+old) {
		t.Errorf("removed: %d, %s", code, said)
	}
	if code, _, said := do(t, nothing, "keys", "renew", "--key", old, "--redis", redis.URL()); code != exitFailed || !strings.Contains(said, "a new token would be of it too") {
		t.Errorf("renewed: %d, %s", code, said)
	}

	added := addKey(t, path, nil, nil) // an hour old: it signs at once
	eventually(t, "the server has it", func() bool { return strings.Contains(redis.Ask("HKEYS", "jumun:keys:{jumun:revocations}"), added) })
	if !listed(t, added, all...).Signs || listed(t, old, all...).Signs {
		t.Error("the old key signs")
	}
	stolen := pairDeviceWithOld(t, redis, server, path, old)
	if code, _, said := do(t, nothing, append([]string{"keys", "remove", "--key", old}, all...)...); code != exitFailed || !strings.Contains(said, "카운터") || !strings.Contains(said, stolen) {
		t.Errorf("removed, or it does not say who needs the key: %d, %s", code, said)
	}
	revoke(t, redis.URL(), "--device", stolen)
	if k := listed(t, old, all...); k.Tokens != 1 || len(k.Holders) != 1 || k.Holders[0].ID != paired.Device {
		t.Errorf("a revoked device counts, or another does not: %+v", k)
	}
	publish(t, redis.URL(), "order", publication("42", "1"))
	pc.wants(t, "42", "1")
	if asksForRenewal(t, server.url, paired.Token) > 0 {
		t.Error("nobody has asked for that yet")
	}
	if code, _, said := do(t, nothing, "keys", "renew", "--key", old, "--redis", redis.URL()); code != exitDone {
		t.Fatal(said)
	}
	eventually(t, "the device is asked to renew", func() bool { return asksForRenewal(t, server.url, paired.Token) == 2 })
	again := mustRenew(t, server.url, paired.Token)
	if keyOf(t, again) != added || asksForRenewal(t, server.url, again) > 0 {
		t.Errorf("the new token is of %s", keyOf(t, again))
	}
	eventually(t, "no token needs the old key", func() bool {
		return listed(t, old, all...).Tokens == 0 && listed(t, added, all...).Tokens == 1
	})
	if _, _, said := do(t, nothing, "revoke", "--key", old, "--dry-run", "--redis", redis.URL()); listed(t, old, all...).Renewed != 1 || !strings.Contains(said, "1 that are in use") {
		t.Errorf("revoking it would end what was made of its tokens, and nothing says so: %+v, %s", listed(t, old, all...), said)
	}
	publish(t, redis.URL(), "order", publication("42", "2"))
	pc.wants(t, "42", "2")

	eventually(t, "devices tells which key its token is of", func() bool {
		_, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL())
		return strings.Contains(out, paired.Device) && strings.Contains(out, added)
	})
	now := hear(t, server.url, again)
	if code, _, said := do(t, nothing, append([]string{"keys", "remove", "--key", old}, all...)...); code != exitDone {
		t.Fatal(said)
	}
	if e := pc.next(t); e["event"] != wire.ByeEvent || !strings.Contains(e["data"], wire.ByeDrain) {
		t.Errorf("a stream that began before the renewal gets %v: the device has a new token, and must come back at once", e)
	}
	publish(t, redis.URL(), "order", publication("42", "3"))
	now.wants(t, "42", "1", "2", "3")
	wantProblem(t, server.url, paired.Token, http.StatusUnauthorized, wire.ProblemToken)
	eventually(t, "the old key is forgotten", func() bool { _, known := redisKeys(t, redis)[old]; return !known })
	eventually(t, "the metric counts", func() bool { return count(t, server, `jumun_tokens{key="`+added+`"}`) >= 1 })
	if code, _, said := do(t, nothing, append([]string{"keys", "remove", "--key", added}, all...)...); code != exitFailed || !strings.Contains(said, "tokens need") {
		t.Errorf("removed: %d, %s", code, said)
	}
	if code, _, said := do(t, nothing, append([]string{"keys", "remove", "--yes", "--key", added}, all...)...); code != exitFailed || !strings.Contains(said, "keygen") {
		t.Errorf("the last key is removed: %d, %s", code, said)
	}
}

func TestTheKeysAreListedAndRenewedThroughAServerByAnAdminOfAllMartsOnly(t *testing.T) {
	redis := redistest.Start(t)
	path, old := keyFile(t)
	addKey(t, path, nil, nil)
	addKey(t, path, []wire.Role{wire.RoleDevice}, []order.MartID{"42"})
	server := serve(t, "--redis", redis.URL(), "--keys", path)
	as := func(marts ...order.MartID) func(string) string {
		text := signedWith(t, path, claims(wire.RoleAdmin, marts...))
		return func(name string) string { return map[string]string{"JUMUN_TOKEN": text}[name] }
	}
	code, out, said := do(t, as("*"), "keys", "list", "--server", server.url)
	if code != exitDone || strings.Count(out, "\n") != 4 || !strings.Contains(out, old) || !strings.Contains(out, "signs") || !strings.Contains(out, "[device] [42]") {
		t.Errorf("%d: %s%s", code, out, said)
	}
	if code, _, said := do(t, as("*"), "keys", "renew", "--key", old, "--server", server.url); code != exitDone {
		t.Error(said)
	}
	if code, _, _ := do(t, as("42", "43"), "keys", "list", "--server", server.url); code != exitFailed {
		t.Error("an admin of two marts gets the list")
	}
	if code, _, _ := do(t, as("42"), "keys", "renew", "--key", old, "--server", server.url); code != exitFailed {
		t.Error("an admin of one mart renews")
	}
	if code, out, said := do(t, as("*"), "keys", "remove", "--key", old, "--keys", path, "--server", server.url); code != exitDone || !strings.Contains(out, old) {
		t.Error(out, said)
	}
}

func TestWithoutRedisTheKeysOfTheFileAreListedAllTheSame(t *testing.T) {
	path, kid := keyFile(t)
	code, out, said := do(t, nothing, "keys", "list", "--keys", path, "--redis", "redis://127.0.0.1:1")
	if code != exitFailed || !strings.Contains(out, kid) || !strings.Contains(said, "cannot use the Redis") {
		t.Errorf("%d: %s%s", code, out, said)
	}
}

func TestTheKeysOfAServerWithoutRedisAreListedToo(t *testing.T) {
	path, kid := keyFile(t)
	server := serve(t, "--embedded-listen", "127.0.0.1:0", "--keys", path)
	m := announced.FindStringSubmatch(server.err.String())
	if m == nil {
		t.Skip("the password has no file here: " + server.err.String())
	}
	if k := listed(t, kid, "--redis", m[1]); !k.Signs || k.Seen.IsZero() {
		t.Errorf("listed as %+v", k)
	}
}
