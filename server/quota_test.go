package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

func TestTheAdminOfAMartUsesUpNobodysRoomForRevocations(t *testing.T) {
	redis := redistest.Start(t)
	// What a loop of hours has revoked.
	redis.Ask("EVAL", `for i = 1, 10000 do redis.call('HSET', KEYS[1], 'at:42/made-up-' .. i, ARGV[1]) end redis.call('HSET', KEYS[1], 'count:42', '10000')`,
		"1", "jumun:revocations", fmt.Sprint(time.Now().UnixMilli()))
	server := serve(t, "--redis", redis.URL())
	stolen := pairDevice(t, server.url, redis.URL(), "카운터")
	one := signed(t, claims(wire.RoleAdmin, "42"))
	if status := postAs(t, server.url+wire.RevocationsPath, one, `{"device":"one-more"}`); status != http.StatusInsufficientStorage {
		t.Errorf("one more: %d", status)
	}
	if status := postAs(t, server.url+wire.RevocationsPath, one, `{"device":"made-up-1"}`); status != http.StatusNoContent {
		t.Errorf("one of them again: %d", status)
	}
	eventually(t, "the log says so", func() bool { return strings.Contains(server.err.String(), "NOT REVOKED: there is no room for it") })
	if status := postAs(t, server.url+wire.RevocationsPath, one, `{"martId":"42"}`); status != http.StatusNoContent {
		t.Errorf("its mart: %d", status)
	}
	for admin, body := range map[string]string{
		signed(t, claims(wire.RoleAdmin, "43")):         `{"device":"another"}`,
		signed(t, claims(wire.RoleAdmin, wire.AnyMart)): `{"device":"` + stolen.Device + `"}`,
	} {
		if status := postAs(t, server.url+wire.RevocationsPath, admin, body); status != http.StatusNoContent {
			t.Errorf("of others, %s: %d", body, status)
		}
	}
	if n, limit := count(t, server, "jumun_revocations"), count(t, server, "jumun_revocations_limit"); n < 10_000 || limit != 1_000_000 {
		t.Errorf("the metrics say %v of %v", n, limit)
	}
}

func TestAListThatIsNearlyFullOrLongerThanAllowedIsSaidAndTheServerServes(t *testing.T) {
	redis := redistest.Start(t)
	stuff := func(from, to int) {
		redis.Ask("EVAL", `for i = tonumber(ARGV[1]), tonumber(ARGV[2]) do redis.call('HSET', KEYS[1], 'device:made-up-' .. i, ARGV[3]) end`,
			"1", "jumun:revocations", fmt.Sprint(from), fmt.Sprint(to), fmt.Sprint(time.Now().UnixMilli()))
	}
	for i := range 11 { // another program wrote more than there may be
		stuff(100_000*i, 100_000*(i+1)-1)
	}
	began := time.Now()
	server := serve(t, "--redis", redis.URL())
	t.Logf("ready %v after its start, with %.0f revocations", time.Since(began).Round(time.Millisecond), count(t, server, "jumun_revocations"))
	if !strings.Contains(server.err.String(), "the list of revocations is nearly full") {
		t.Error("the log does not say so")
	}
	device := claims(wire.RoleDevice, "42")
	void := device
	void.Subject = "made-up-1099999"
	if heardBy(t, server.url, signed(t, device), "42") != http.StatusOK || heardBy(t, server.url, signed(t, void), "42") != http.StatusUnauthorized {
		t.Error("it serves nobody, or one who is revoked")
	}
	eventually(t, "a token is renewed", func() bool {
		_, status := renewed(t, server.url, signed(t, device))
		return status == http.StatusOK
	})
}

func TestTheAdminsOfSomeMartsLeaveHalfOfTheListToTheHeadOffice(t *testing.T) {
	redis := redistest.Start(t)
	// What the administrators of a chain have revoked at fifty of its marts.
	for from := 0; from < 500_000; from += 100_000 {
		redis.Ask("EVAL", `for i = tonumber(ARGV[1]), tonumber(ARGV[1]) + 99999 do redis.call('HSET', KEYS[1], 'at:' .. i % 50 .. '/made-up-' .. i, ARGV[2]) end`,
			"1", "jumun:revocations", fmt.Sprint(from), fmt.Sprint(time.Now().UnixMilli()))
	}
	server := serve(t, "--redis", redis.URL())
	stolen := pairDevice(t, server.url, redis.URL(), "카운터")
	revokeAs := func(of order.MartID, body string) int {
		return postAs(t, server.url+wire.RevocationsPath, signed(t, claims(wire.RoleAdmin, of)), body)
	}
	if status := revokeAs("990", `{"device":"one-more"}`); status != http.StatusInsufficientStorage {
		t.Errorf("one more, of another mart: %d", status)
	}
	if status := revokeAs(wire.AnyMart, `{"device":"at-a-mart","martId":"990"}`); status != http.StatusNoContent {
		t.Errorf("by the head office, at a mart: %d", status)
	}
	if status := revokeAs(wire.AnyMart, `{"device":"`+stolen.Device+`"}`); status != http.StatusNoContent {
		t.Errorf("by the head office: %d", status)
	}
}

func TestWhatIsRevokedUnderALentKeyLeavesTheMartsManagerRoom(t *testing.T) {
	redis := redistest.Start(t)
	redis.Ask("HSET", "jumun:revocations", "count:lent/42", "1000") // what a loop has revoked
	keys, lent := withLentKey(t, wire.RoleAdmin, "42")
	server := serve(t, "--redis", redis.URL(), "--keys", keys)
	if status := postAs(t, server.url+wire.RevocationsPath, tokenOf(t, lent, "made-up", wire.RoleAdmin, "42"), `{"device":"one-more"}`); status != http.StatusInsufficientStorage {
		t.Errorf("one more under the lent key: %d", status)
	}
	if status := postAs(t, server.url+wire.RevocationsPath, tokenOf(t, keys, "manager", wire.RoleAdmin, "42"), `{"device":"stolen"}`); status != http.StatusNoContent {
		t.Errorf("the manager of the mart: %d", status)
	}
}
