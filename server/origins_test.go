package main

import (
	"net/http"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/wire"
)

// A preflight is what a browser asks before a page of another origin sends a request.
func preflight(t *testing.T, url, origin, method string) *http.Response {
	t.Helper()
	req := as(t, "", http.MethodOptions, url, "")
	req.Header.Del("Authorization")
	req.Header.Set("Origin", origin)
	req.Header.Set("Access-Control-Request-Method", method)
	req.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	return ask(t, req)
}

func TestPagesOfAllowedOriginsMayCallWhatDevicesCallAndNothingElse(t *testing.T) {
	const shop = "https://admin.shop.example"
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--allowed-origins", shop, "--allowed-origins", "http://localhost:8081")
	more := []route{
		{"mart", "GET", "/v1/marts/42", "", wire.RoleDevice, 200, false},
		{"pair", "POST", "/v1/pair", `{}`, "", 0, true},
		{"enrol", "POST", "/v1/enrol", `{}`, "", 0, true},
		{"health", "GET", "/readyz", "", "", 0, true},
		{"metrics", "GET", "/metrics", "", "", 0, true},
	}
	for _, r := range append(routes(), more...) {
		for origin, isAllowed := range map[string]bool{
			shop: true, "http://localhost:8081": true,
			"http://admin.shop.example": false, "https://admin.shop.example:8443": false, "https://evil.example": false, "null": false,
			"https://admin.shop.example.evil.example": false, "https://evil.example/https://admin.shop.example": false, "https://x.admin.shop.example": false,
			"*": false, "": false, "HTTPS://ADMIN.SHOP.EXAMPLE": false,
		} {
			want := ""
			if isAllowed && r.role == wire.RoleDevice {
				want = origin
			}
			res := preflight(t, server.url+r.path, origin, r.method)
			h := res.Header
			if h.Get("Access-Control-Allow-Origin") != want || (h.Get("Access-Control-Allow-Credentials") != "") != (want != "") || (res.StatusCode == http.StatusNoContent) != (want != "") || strings.Contains(h.Get("Access-Control-Allow-Methods"), "DELETE") {
				t.Errorf("%s by %q: %s %v", r.name, origin, res.Status, h)
			}
			if r.role == wire.RoleDevice && h.Get("Vary") != "Origin" {
				t.Errorf("%s by %q: a cache would give this answer to others: %v", r.name, origin, h)
			}
		}
	}
}

func TestAPageOfAnAllowedOriginReadsAnswersAndRefusals(t *testing.T) {
	const shop = "https://admin.shop.example"
	server := serve(t, "--redis", redistest.Start(t).URL(), "--allowed-origins", strings.ToUpper(shop)+":443")
	for origin, allowed := range map[string]string{shop: shop, "https://evil.example": ""} {
		for text, status := range map[string]int{signed(t, claims(wire.RoleDevice, "42")): http.StatusOK, signed(t, claims(wire.RoleDevice, "43")): http.StatusForbidden, "x": http.StatusUnauthorized} {
			for _, path := range []string{"/events", "/events?heartbeat=event", "/orders"} {
				req := as(t, text, "GET", server.url+wire.MartPath("42")+path, "")
				req.Header.Set("Origin", origin)
				res := ask(t, req)
				if res.StatusCode != status || res.Header.Get("Access-Control-Allow-Origin") != allowed {
					t.Errorf("%s by %s: %s %v", path, origin, res.Status, res.Header)
				}
			}
		}
	}
}

// The browsers that know SameSite send the cookie for pages of the same site only; the others are told apart by what they say.
func TestOnlyAnAllowedPageOfTheSameSiteConfirmsByTheCookie(t *testing.T) {
	const shop = "https://admin.shop.example"
	server := serve(t, "--redis", redistest.Start(t).URL(), "--allowed-origins", shop)
	for _, tt := range []struct {
		site, origin string
		want         int
	}{
		{"same-origin", "", http.StatusOK},
		{"same-site", shop, http.StatusOK},
		{"same-site", "https://blog.shop.example", http.StatusForbidden},
		{"same-site", "", http.StatusForbidden},
		{"", shop, http.StatusOK},
		{"", "https://blog.shop.example", http.StatusForbidden},
		{"cross-site", shop, http.StatusForbidden},
		{"cross-site", "https://evil.example", http.StatusForbidden},
	} {
		req := as(t, "", "POST", server.url+wire.AcksPath("42"), `{"acks":[{"id":"1-0","orderId":"1"}]}`)
		req.Header.Del("Authorization")
		req.Header.Set("Cookie", wire.CookieName+"="+signed(t, claims(wire.RoleDevice, "42")))
		if tt.site != "" {
			req.Header.Set("Sec-Fetch-Site", tt.site)
		}
		if tt.origin != "" {
			req.Header.Set("Origin", tt.origin)
		}
		if res := ask(t, req); res.StatusCode != tt.want {
			t.Errorf("%+v: %s", tt, res.Status)
		}
	}
}

func TestWithoutAllowedOriginsNoPreflightIsAnswered(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	if res := preflight(t, server.url+wire.EventsPath("42"), "https://admin.shop.example", "GET"); res.StatusCode != http.StatusUnauthorized || res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s %v", res.Status, res.Header)
	}
}

func TestAnOriginHasNoPathAndNoPattern(t *testing.T) {
	for _, wrong := range []string{"*", "null", "admin.shop.example", "https://admin.shop.example/", "https://admin.shop.example/x", "https://*.shop.example", "ftp://x", "https://u@x", "https://x?y", "https://x#y", "https://"} {
		if code, _, stderr := do(t, nothing, "serve", "--allowed-origins", wrong); code != 2 || !strings.Contains(stderr, "--allowed-origins") {
			t.Errorf("%s: %d %s", wrong, code, stderr)
		}
	}
}
