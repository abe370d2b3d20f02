package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"jumun/server/internal/redistest"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// consoleBrowser returns what a browser does that keeps the cookie of the server, which is for https only.
func consoleBrowser(t *testing.T, server *program) (client *http.Client, url string) {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	through := &http.Transport{}
	t.Cleanup(through.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: secured{through}}, strings.Replace(server.url, "http://", "https://", 1)
}

// adminLink runs "jumun-server admin-link", and returns the code and the page that it prints.
func adminLink(t *testing.T, getenv func(string) string, args ...string) (code, page string) {
	t.Helper()
	exit, out, stderr := do(t, getenv, append([]string{"admin-link", "--json"}, args...)...)
	var made struct{ Code, Page string }
	if exit != exitDone || json.Unmarshal([]byte(out), &made) != nil {
		t.Fatal(out, stderr)
	}
	return made.Code, made.Page
}

func openLink(t *testing.T, browser *http.Client, url, code string) (int, wire.Session) {
	t.Helper()
	res, body := exchange(t, browser, "POST", url+wire.OpenLinkPath, `{"code":"`+code+`"}`, "", "")
	var s wire.Session
	_ = json.Unmarshal([]byte(body), &s)
	return res.StatusCode, s
}

func TestALinkSignsABrowserInOnceAsItsAdministratorWithHisMartsOnly(t *testing.T) {
	redis := redistest.Start(t)
	keys := ownCopy(t, theKeys)
	server := serve(t, "--redis", redis.URL())
	code, page := adminLink(t, nothing, "--keys", keys, "--redis", redis.URL(), "--mart", "42", "--name", "강남 담당", "--public-url", "https://jumun.example.com/")
	if page != "https://jumun.example.com/console#code="+code {
		t.Error(page)
	}
	browser, at := consoleBrowser(t, server)
	status, s := openLink(t, browser, at, code)
	if status != http.StatusOK || s.Name != "강남 담당" || !slices.Equal(s.Marts, []order.MartID{"42"}) {
		t.Fatal(status, s)
	}
	if status, _ := openLink(t, browser, at, code); status != http.StatusForbidden {
		t.Errorf("the link is good twice: %d", status)
	}
	for path, want := range map[string]int{wire.SessionPath: 200, wire.MartAdminPath("42"): 200, wire.MartAdminPath("43"): 403, wire.OrdersPath("42"): 401} {
		if res, body := exchange(t, browser, "GET", at+path, "", "", ""); res.StatusCode != want {
			t.Errorf("%s: %s %s", path, res.Status, body)
		}
	}
	cookie := browser.Jar.Cookies(mustParse(t, at))[0]
	for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), cookie.Value} {
		if strings.Contains(server.err.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
	revoke(t, redis.URL(), "--device", s.Holder)
	eventually(t, "the session has ended", func() bool {
		res, _ := exchange(t, browser, "GET", at+wire.SessionPath, "", "", "")
		return res.StatusCode == http.StatusUnauthorized
	})
}

func TestALinkByATokenIsForItsHolderAndWorthNothingToWhoeverReadsRedis(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	c := claims(wire.RoleAdmin, "42")
	getenv := func(name string) string { return map[string]string{"JUMUN_TOKEN": signed(t, c)}[name] }
	code, page := adminLink(t, getenv, "--server", server.url)
	if page != server.url+"/console#code="+code {
		t.Error(page)
	}
	stored := strings.TrimSpace(redis.Ask("KEYS", "jumun:link:*"))
	raw, err := base64.RawStdEncoding.DecodeString(redis.Ask("GET", stored))
	if err != nil || strings.Contains(string(raw), "eyJ") || strings.Contains(stored, code) {
		t.Errorf("Redis tells it: %s %s", stored, raw)
	}
	browser, at := consoleBrowser(t, server)
	if status, s := openLink(t, browser, at, code); status != http.StatusOK || s.Holder != c.Subject || s.Expires.Unix() > c.Expires {
		t.Error(status, s)
	}
	if _, out, stderr := do(t, nothing, "admin-link", "--keys", ownCopy(t, theKeys), "--redis", redis.URL(), "--public-url", "https://jumun.example.com"); !regexp.MustCompile(`^https://jumun\.example\.com/console#code=([A-Z2-9]{5}-){4}[A-Z2-9]{5}\n`).MatchString(out) {
		t.Error(out, stderr)
	}
}

// What a page may do by the cookie, by what a browser says of the page: only our own may change anything.
func TestAPageOfAnotherOriginDoesNothingByTheCookieOfTheConsole(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--allowed-origins", "https://shop.example.com")
	browser, at := consoleBrowser(t, server)
	token := signed(t, claims(wire.RoleAdmin, "42"))
	if res, body := exchange(t, browser, "POST", at+wire.SessionPath, "", "Authorization", "Bearer "+token); res.StatusCode != http.StatusOK || strings.Contains(body, token) {
		t.Fatal(res.Status, body)
	}
	for _, tt := range []struct {
		header, value string
		want          int
	}{
		{"Sec-Fetch-Site", "same-origin", http.StatusCreated},
		{"Sec-Fetch-Site", "same-site", http.StatusForbidden},
		{"Sec-Fetch-Site", "cross-site", http.StatusForbidden},
		{"Origin", "https://shop.example.com", http.StatusForbidden},
		{"Origin", "null", http.StatusForbidden},
		{"Origin", at, http.StatusCreated},
	} {
		if res, body := exchange(t, browser, "POST", at+wire.PairingsPath, `{"martId":"42"}`, tt.header, tt.value); res.StatusCode != tt.want {
			t.Errorf("%s %s: %s %s", tt.header, tt.value, res.Status, body)
		}
	}
	if res, _ := exchange(t, browser, "GET", at+wire.MartAdminPath("42"), "", "Origin", "https://shop.example.com"); res.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("another origin may read what an administrator sees")
	}
	for _, path := range []string{wire.OpenLinkPath, wire.SessionPath} {
		method := map[string]string{wire.OpenLinkPath: "POST", wire.SessionPath: "DELETE"}[path]
		if res, _ := exchange(t, browser, method, at+path, `{"code":"x"}`, "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s by another site: %s", method, path, res.Status)
		}
	}
	exchange(t, browser, "DELETE", at+wire.SessionPath, "", "", "")
	if res, _ := exchange(t, browser, "GET", at+wire.SessionPath, "", "", ""); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("after signing out: %s", res.Status)
	}
}

func TestWhatWasRefusedAndWhichServersLiveIsForAdminsOfAllMarts(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", withLeastRights(t, redis))
	publish(t, redis.URL(), "order", "no order")
	all, one := signed(t, claims(wire.RoleAdmin, wire.AnyMart)), signed(t, claims(wire.RoleAdmin, "42"))
	if res := ask(t, as(t, one, "GET", server.url+wire.ServersPath, "")); res.StatusCode != http.StatusForbidden {
		t.Error(res.Status)
	}
	var state wire.Servers
	eventually(t, "the refusal is kept", func() bool {
		body := read(t, ask(t, as(t, all, "GET", server.url+wire.ServersPath, "")))
		return json.Unmarshal([]byte(body), &state) == nil && len(state.Refused) == 1
	})
	if r := state.Refused[0]; r.Way != "topic" || r.Reason != wire.ReasonNotJSON || r.Count != 1 || len(state.Servers) != 1 || !state.Servers[0].Lives || state.Redis != "" {
		t.Errorf("%+v", state)
	}
}

func mustParse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
