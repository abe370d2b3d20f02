package main

import (
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestRevokeSaysWhomItEndsAndThatItsStreamHasEndedAndThatAMistypedIDIsUnknown(t *testing.T) {
	redis := redistest.Start(t)
	one, two := serve(t, "--redis", redis.URL()), serve(t, "--redis", redis.URL())
	for _, by := range []struct {
		admin string
		at    []string
	}{
		{"", []string{"--redis", redis.URL()}},
		{signed(t, claims(wire.RoleAdmin, "42")), []string{"--server", two.url}},
		{signed(t, claims(wire.RoleAdmin, wire.AnyMart)), []string{"--server", two.url}},
	} {
		env := func(name string) string { return map[string]string{"JUMUN_TOKEN": by.admin}[name] }
		paired := pairDevice(t, one.url, redis.URL(), "카운터")
		pc := hear(t, one.url, paired.Token)
		revoke := func(id string, more ...string) (int, string, string) {
			return do(t, env, append(append([]string{"revoke", "--device", id}, by.at...), more...)...)
		}
		eventually(t, "it is known that it is connected", func() bool {
			_, out, _ := do(t, nothing, "devices", "--mart", "42", "--redis", redis.URL())
			return strings.Contains(out, "connected")
		})
		if code, out, said := revoke(paired.Device + "X"); code != exitFailed || out != "" || !strings.Contains(said, "is not known") {
			t.Errorf("%v: a mistyped ID: %d, %s%s", by.at, code, out, said)
		}
		code, out, said := revoke(paired.Device)
		if code != exitDone || !strings.Contains(said, "카운터, mart 42") || out != "revoked; 1 connected devices were cut off\n" {
			t.Errorf("%v: %d, %s%s", by.at, code, out, said)
		}
		pc.wantRevoked(t)
		if code, _, said := revoke("never-seen", "--force"); code != exitDone {
			t.Errorf("%v: forced: %s", by.at, said)
		}
	}
}

func TestRevokeSaysHowManyTokensAKeyHoldsAndThatAMistypedOneIsUnknown(t *testing.T) {
	redis := redistest.Start(t)
	keys, lent := withLentKey(t, wire.RoleDevice, "42")
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	theirs := tokenOf(t, lent, "pc-1", wire.RoleDevice, "42")
	pc := hear(t, server.url, theirs)
	kid := kidOf(t, keys, theirs)
	eventually(t, "its token is counted", func() bool {
		_, _, said := do(t, nothing, "revoke", "--key", kid, "--dry-run", "--redis", redis.URL())
		return strings.Contains(said, ": 1 that are in use")
	})
	head := tokenOf(t, keys, "head-office", wire.RoleAdmin, "*")
	env := func(name string) string { return map[string]string{"JUMUN_TOKEN": head}[name] }
	for _, at := range [][]string{{"--redis", redis.URL()}, {"--server", server.url}} {
		revoke := func(id string, more ...string) (int, string, string) {
			return do(t, env, append(append([]string{"revoke", "--key", id}, at...), more...)...)
		}
		if code, out, said := revoke(kid + "X"); code != exitFailed || out != "" || !strings.Contains(said, "nothing was revoked: the servers have had no key") {
			t.Errorf("%v: a mistyped one: %d, %s%s", at, code, out, said)
		}
		if _, _, said := revoke(kid, "--dry-run"); !strings.Contains(said, ": 1 that are in use") {
			t.Errorf("%v: %s", at, said)
		}
	}
	revoke(t, redis.URL(), "--key", kid)
	pc.wantRevoked(t)
}

func TestTheHeadOfficeListsAndUndoesThroughAServer(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	paired := pairDevice(t, server.url, redis.URL(), "카운터")
	as := func(mart order.MartID, args ...string) (int, string, string) {
		admin := signed(t, claims(wire.RoleAdmin, mart))
		env := func(name string) string { return map[string]string{"JUMUN_TOKEN": admin}[name] }
		return do(t, env, append(append([]string{"revoke"}, args...), "--server", server.url)...)
	}
	if code, _, said := as("42", "--device", paired.Device); code != exitDone {
		t.Fatal(said)
	}
	wanted := paired.Device + " at mart 42\n"
	if code, out, said := as("*", "--list"); code != exitDone || !strings.HasSuffix(out, wanted) {
		t.Errorf("%s%s", out, said)
	}
	for _, args := range [][]string{{"--list"}, {"--undo", "--device", paired.Device, "--mart", "42"}} {
		if code, out, _ := as("42", args...); code != exitFailed || out != "" {
			t.Errorf("the admin of a mart: %v: %d, %s", args, code, out)
		}
	}
	if code, _, said := as("*", "--undo", "--device", paired.Device, "--mart", "42"); code != exitDone {
		t.Error(said)
	}
	if code, out, said := as("*", "--list"); code != exitDone || strings.Contains(out, wanted) {
		t.Errorf("%s%s", out, said)
	}
	eventually(t, "it hears its mart again", func() bool { return heardBy(t, server.url, paired.Token, "42") == 200 })
}
