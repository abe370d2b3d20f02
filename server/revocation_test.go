package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// issuedEarlier returns a token that every revocation from now on is after.
func issuedEarlier(t *testing.T, role wire.Role, marts ...order.MartID) string {
	c := claims(role, marts...)
	c.IssuedAt -= 30
	return signed(t, c)
}

func TestRevokingAMartEndsItsDevicesAndNeitherTheOrderServiceNorTheHeadOffice(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	for _, marts := range [][]order.MartID{{wire.AnyMart}, {"42", "43"}, {"42"}} {
		device := issuedEarlier(t, wire.RoleDevice, marts...)
		publisher, admin := issuedEarlier(t, wire.RolePublisher, marts...), issuedEarlier(t, wire.RoleAdmin, marts...)
		revoke(t, redis.URL(), "--mart", "42")
		eventually(t, "the device is void", func() bool {
			return ask(t, as(t, device, "GET", server.url+wire.OrdersPath("42"), "")).StatusCode == http.StatusUnauthorized
		})
		tests := []struct {
			name, token, path, body string
			want                    int
		}{
			{"the order service publishes", publisher, wire.PublishPath, `{"martId":"42","orderId":"1"}`, 202},
			{"the head office pairs a device again", admin, wire.PairingsPath, `{"martId":"42"}`, 201},
			{"the head office revokes again", admin, wire.RevocationsPath, `{"martId":"42"}`, 204},
		}
		for _, tt := range tests {
			if res := ask(t, as(t, tt.token, "POST", server.url+tt.path, tt.body)); res.StatusCode != tt.want {
				t.Errorf("%s, for %v: %s, want %d", tt.name, marts, res.Status, tt.want)
			}
		}
	}
}

func TestALeakedPublisherIsRevokedByItsHolderAndLoggedAndCounted(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	leaked := claims(wire.RolePublisher, "42")
	text := signed(t, leaked)
	publishes := func(mart string) int {
		return ask(t, as(t, text, "POST", server.url+wire.PublishPath, `{"martId":"`+mart+`","orderId":"1"}`)).StatusCode
	}
	if publishes("42") != http.StatusAccepted || publishes("43") != http.StatusForbidden {
		t.Fatal("it may not publish for its mart, or may for another")
	}
	revoke(t, redis.URL(), "--device", leaked.Subject)
	eventually(t, "it is void", func() bool { return publishes("42") == http.StatusUnauthorized })
	for _, want := range []string{"reason=forbidden mart=43 holder=" + leaked.Subject, "reason=revoked holder=" + leaked.Subject} {
		eventually(t, want+" is in the log", func() bool { return strings.Contains(server.err.String(), want) })
	}
	if strings.Contains(server.err.String(), text) {
		t.Error("the token is in the log")
	}
	for _, reason := range []string{"forbidden", "revoked"} {
		if n := count(t, server, `jumun_refused_total{reason="`+reason+`",role="publisher"}`); n < 1 {
			t.Errorf("%s: counted %v", reason, n)
		}
	}
}

func TestAnAdminRevokesAMartThroughTheServerAndItSaysWhatItEnds(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	paired := pairDevice(t, server.url, redis.URL(), "카운터")
	admin := issuedEarlier(t, wire.RoleAdmin, "42")
	env := func(name string) string { return map[string]string{"JUMUN_TOKEN": admin}[name] }
	for _, more := range [][]string{{"--dry-run"}, {"--json", "--dry-run"}, {"--json"}, nil} {
		code, out, said := do(t, env, append([]string{"revoke", "--mart", "42", "--server", server.url}, more...)...)
		if revoked := more == nil; code != exitDone || strings.Contains(out+said, paired.Device) == revoked { // revoked by the one before
			t.Errorf("%v: %s, %s", more, out, said)
		}
	}
	eventually(t, "its device is void", func() bool {
		return ask(t, as(t, paired.Token, "GET", server.url+wire.OrdersPath("42"), "")).StatusCode == http.StatusUnauthorized
	})
}

func TestARevokedKeyInTheFileDoesNotSign(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.json")
	add := func(marts ...order.MartID) string {
		kid, err := token.AddKey(file, nil, marts, time.Now().Add(-time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return kid
	}
	add()
	good, err := sign(file, claims(wire.RoleDevice, "42"))
	if err != nil {
		t.Fatal(err)
	}
	leaked := add("42")
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--keys", file)
	revoke(t, redis.URL(), "--key", leaked)
	pairs := fmt.Sprintf(`{"martId":"42","code":%q,"device":"카운터"}`, pairingCode(t, redis.URL()))
	for path, body := range map[string]string{wire.TokenPath: "", wire.PairPath: pairs} {
		var got wire.Paired
		if res := ask(t, as(t, good, "POST", server.url+path, body)); json.NewDecoder(res.Body).Decode(&got) != nil || got.Token == "" {
			t.Fatalf("%s: %s", path, res.Status)
		}
		if res := ask(t, as(t, got.Token, "GET", server.url+wire.OrdersPath("42"), "")); res.StatusCode != http.StatusOK {
			t.Errorf("%s gave a token that is not valid: %s", path, res.Status)
		}
	}
}

func pairingCode(t *testing.T, redis string) string {
	t.Helper()
	code, out, stderr := do(t, nothing, "pair", "--mart", "42", "--redis", redis, "--json")
	var made wire.PairingCode
	if err := json.Unmarshal([]byte(out), &made); code != exitDone || err != nil {
		t.Fatal(stderr, err)
	}
	return made.Code
}

func TestAPageOfAnotherSiteCannotPairABrowser(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	body := fmt.Sprintf(`{"martId":"42","code":%q,"device":"카운터","cookie":true}`, pairingCode(t, redis.URL()))
	for _, tt := range []struct {
		site string
		want int
	}{{"cross-site", 403}, {"same-origin", 200}} {
		req := as(t, "x", "POST", server.url+wire.PairPath, body)
		req.Header.Set("Sec-Fetch-Site", tt.site)
		if res := ask(t, req); res.StatusCode != tt.want || (res.Header.Get("Set-Cookie") != "") != (tt.want == 200) {
			t.Errorf("%s: %s", tt.site, res.Status)
		}
	}
}
