package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// issuedEarlier returns a token that every revocation from now on voids.
func issuedEarlier(t *testing.T, role wire.Role, marts ...order.MartID) string {
	c := claims(role, marts...)
	c.IssuedAt -= 30
	return signed(t, c)
}

func TestARevocationAtOneMartDoesNotMatterAtAnother(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	all, two := issuedEarlier(t, wire.RoleAdmin, wire.AnyMart), issuedEarlier(t, wire.RoleAdmin, "42", "43")
	revoke(t, redis.URL(), "--mart", "42")
	eventually(t, "the revocation is known", func() bool {
		return ask(t, as(t, all, "GET", server.url+wire.DevicesPath("42"), "")).StatusCode == http.StatusUnauthorized
	})
	tests := []struct {
		name, token, path, body string
		want                    int
	}{
		{"a token for all marts pairs at another mart", all, wire.PairingsPath, `{"martId":"43"}`, 201},
		{"a token for all marts does not pair at the revoked mart", all, wire.PairingsPath, `{"martId":"42"}`, 401},
		{"a token for two marts pairs at the other mart", two, wire.PairingsPath, `{"martId":"43"}`, 201},
		{"a token for two marts does not pair at the revoked mart", two, wire.PairingsPath, `{"martId":"42"}`, 403},
		{"a token for two marts revokes nothing at the revoked mart", two, wire.RevocationsPath, `{"martId":"42"}`, 403},
		{"a token for two marts revokes at the other mart", two, wire.RevocationsPath, `{"martId":"43"}`, 204},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if res := ask(t, as(t, tt.token, "POST", server.url+tt.path, tt.body)); res.StatusCode != tt.want {
				t.Errorf("%s, want %d", res.Status, tt.want)
			}
		})
	}
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
