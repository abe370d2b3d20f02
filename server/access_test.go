package main

import (
	"encoding/base64"
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

// A route is one kind of request, about mart 42.
type route struct {
	name, method, path, body string
	role                     wire.Role // of the tokens that it takes
	granted                  int       // the status for such a token
	any                      bool      // it is not about a mart
}

func routes() []route {
	return []route{
		{"stream", "GET", "/v1/marts/42/events", "", wire.RoleDevice, 200, false},
		{"stream with visible heartbeats", "GET", "/v1/marts/42/events?heartbeat=event", "", wire.RoleDevice, 200, false},
		{"poll", "GET", "/v1/marts/42/orders", "", wire.RoleDevice, 200, false},
		{"confirm", "POST", "/v1/marts/42/orders/1/ack", "", wire.RoleDevice, 204, false},
		{"confirm by ID", "POST", "/v1/marts/42/acks", `{"acks":[{"id":"1-0","orderId":"1"}]}`, wire.RoleDevice, 200, false},
		{"take a confirmation back", "POST", "/v1/marts/42/reopen", `{"id":"1-0","orderId":"1"}`, wire.RoleDevice, 409, false},
		{"report what it can do", "POST", "/v1/marts/42/presence", `{"audible":true}`, wire.RoleDevice, 204, false},
		{"answer a test alarm", "POST", "/v1/marts/42/tests/1-0", `{"sounded":true}`, wire.RoleDevice, 404, false},
		{"send a test alarm, but by GET", "GET", "/v1/admin/marts/42/tests", "", wire.RoleAdmin, 405, false},
		{"what became of a test alarm", "GET", "/v1/admin/marts/42/tests/1-0", "", wire.RoleAdmin, 404, false},
		{"marts by need", "GET", "/v1/admin/overview", "", wire.RoleAdmin, 200, true},
		{"list marts", "GET", "/v1/admin/marts", "", wire.RoleAdmin, 200, true},
		{"who can be heard at a mart", "GET", "/v1/admin/marts/42", "", wire.RoleAdmin, 200, false},
		{"name a mart", "POST", "/v1/admin/marts/42", `{"name":"강남점"}`, wire.RoleAdmin, 204, false},
		{"what became of the last orders", "GET", "/v1/admin/marts/42/orders", "", wire.RoleAdmin, 200, false},
		{"when its devices came and went", "GET", "/v1/admin/marts/42/connections", "", wire.RoleAdmin, 200, false},
		{"what became of an order", "GET", "/v1/admin/marts/42/orders/1", "", wire.RoleAdmin, 200, false},
		{"which versions of the app there are", "POST", "/v1/marts/42/releases", `{"version":"1.0.0"}`, wire.RoleDevice, 200, false},
		{"a file of the app", "GET", "/v1/marts/42/releases/" + strings.Repeat("00", 32), "", wire.RoleDevice, 404, false},
		{"sign in to the console", "POST", "/v1/admin/session", "", wire.RoleAdmin, 200, true},
		{"whose session it is", "GET", "/v1/admin/session", "", wire.RoleAdmin, 200, true},
		{"make a link to the console", "POST", "/v1/admin/links", "", wire.RoleAdmin, 201, true},
		{"renew", "POST", "/v1/token", "", wire.RoleDevice, 200, true},
		{"publish", "POST", "/v1/orders", `{"martId":42,"orderId":1}`, wire.RolePublisher, 202, false},
		{"make a code", "POST", "/v1/admin/pairings", `{"martId":"42"}`, wire.RoleAdmin, 201, false},
		{"make an enrolment key", "POST", "/v1/admin/enrolments", `{"martId":"42","uses":1,"seconds":60}`, wire.RoleAdmin, 201, false},
		{"list enrolment keys", "GET", "/v1/admin/enrolments", "", wire.RoleAdmin, 200, true},
		{"revoke an enrolment key", "POST", "/v1/admin/enrolments/revoke", `{"id":"enrol-NONE"}`, wire.RoleAdmin, 404, true},
		{"list devices", "GET", "/v1/admin/marts/42/devices", "", wire.RoleAdmin, 200, false},
		{"name a device", "POST", "/v1/admin/marts/42/devices", `{"device":"nobody","name":"주방"}`, wire.RoleAdmin, 404, false},
		{"revoke a mart", "POST", "/v1/admin/revocations", `{"martId":"42"}`, wire.RoleAdmin, 204, false},
	}
}

// A holder sends requests with some token, or without one.
type holder struct {
	name string
	// header returns the Authorization header; empty: none.
	header func(t *testing.T, r route) string
	// status and problem are the answer. A status of 0 means that of the route.
	status  int
	problem string
}

// bearerOf returns a header with a token for these claims. It is issued a little later than
// now: one of the routes revokes what was issued until now.
func bearerOf(c func(r route) wire.Claims) func(*testing.T, route) string {
	return func(t *testing.T, r route) string {
		later := c(r)
		later.IssuedAt += 30
		return "Bearer " + signed(t, later)
	}
}

func holders(t *testing.T) []holder {
	other := filepath.Join(t.TempDir(), "other.json")
	if _, err := token.AddKey(other, nil, nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	role := func(role wire.Role) func(*testing.T, route) string {
		return bearerOf(func(route) wire.Claims { return claims(role, "42") })
	}
	own := func(r route) wire.Claims { return claims(r.role, "42") }
	return []holder{
		{"own mart", bearerOf(own), 0, ""},
		{"every mart", bearerOf(func(r route) wire.Claims { return claims(r.role, wire.AnyMart) }), 0, ""},
		{"other mart", bearerOf(func(r route) wire.Claims { return claims(r.role, "43") }), 403, wire.ProblemForbidden},
		{"a device", role(wire.RoleDevice), 403, wire.ProblemForbidden},
		{"a publisher", role(wire.RolePublisher), 403, wire.ProblemForbidden},
		{"an admin", role(wire.RoleAdmin), 403, wire.ProblemForbidden},
		{"nobody", func(*testing.T, route) string { return "" }, 401, wire.ProblemToken},
		{"expired", bearerOf(func(r route) wire.Claims {
			c := own(r)
			c.IssuedAt, c.Expires = c.IssuedAt-7200, c.IssuedAt-3600
			return c
		}), 401, wire.ProblemExpired},
		{"the key of another server", func(t *testing.T, r route) string {
			text, err := sign(other, own(r))
			if err != nil {
				t.Fatal(err)
			}
			return "Bearer " + text
		}, 401, wire.ProblemToken},
		{"alg none", func(t *testing.T, r route) string {
			payload, _ := json.Marshal(struct {
				wire.Claims
				Audience string `json:"aud"`
			}{own(r), wire.Audience})
			return "Bearer " + base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
		}, 401, wire.ProblemToken},
		{"a token as a password", func(t *testing.T, r route) string {
			return "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+signed(t, own(r))))
		}, 401, wire.ProblemToken},
		{"revoked", bearerOf(func(r route) wire.Claims {
			c := own(r)
			c.Subject = "revoked-one"
			return c
		}), 401, wire.ProblemRevoked},
	}
}

func TestEachRouteTakesOnlyTokensOfItsRoleAndMart(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL(), "--releases", newReleases(t).dir)
	revoke(t, redis.URL(), "--device", "revoked-one")
	eventually(t, "the revocation is known", func() bool {
		res := ask(t, as(t, signed(t, wire.Claims{Subject: "revoked-one", Role: wire.RoleDevice, Marts: []order.MartID{"42"}, IssuedAt: time.Now().Unix(), Expires: time.Now().Add(time.Minute).Unix()}), "GET", server.url+"/v1/marts/42/orders", ""))
		return res.StatusCode == http.StatusUnauthorized
	})
	for _, r := range routes() {
		for _, h := range holders(t) {
			t.Run(r.name+" by "+h.name, func(t *testing.T) { h.tries(t, server.url, r) })
		}
	}
}

func (h holder) tries(t *testing.T, url string, r route) {
	req := as(t, "", r.method, url+r.path, r.body)
	req.Header.Set("Authorization", h.header(t, r))
	if req.Header.Get("Authorization") == "" {
		req.Header.Del("Authorization")
	}
	status := h.status
	if status == 0 || r.any && h.name == "other mart" || h.name == map[wire.Role]string{wire.RoleDevice: "a device", wire.RolePublisher: "a publisher", wire.RoleAdmin: "an admin"}[r.role] {
		status = r.granted
	}
	res := ask(t, req)
	if res.StatusCode != status {
		t.Fatalf("%s, want %d", res.Status, status)
	}
	if status >= 400 && status != r.granted && !strings.Contains(read(t, res), h.problem) {
		t.Errorf("the answer is not %s", h.problem)
	}
	if challenge := res.Header.Get("WWW-Authenticate"); (status == 401) != (challenge != "") {
		t.Errorf("WWW-Authenticate %q", challenge)
	}
}

// ask sends a request as it is, without another token.
func ask(t *testing.T, req *http.Request) *http.Response {
	t.Helper()
	res, err := http.DefaultTransport.(bearer).Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() }) // it may be a stream
	return res
}

func revoke(t *testing.T, redis string, args ...string) {
	t.Helper()
	if code, _, stderr := do(t, nothing, append([]string{"revoke", "--force", "--redis", redis}, args...)...); code != exitDone {
		t.Fatal(stderr)
	}
}

func TestATokenInAURLDoesNotCount(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	text := signed(t, claims(wire.RoleDevice, "42"))
	for _, query := range []string{"?access_token=", "?token=", "?authorization=Bearer+"} {
		req := as(t, "", "GET", server.url+"/v1/marts/42/orders"+query+text, "")
		req.Header.Del("Authorization")
		if res := ask(t, req); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %s", query, res.Status)
		}
	}
}

// Answers have what publishers and devices write.
func TestNoAnswerIsTakenForWhatItIsNot(t *testing.T) {
	server := serve(t, "--redis", redistest.Start(t).URL())
	admin, device := signed(t, claims(wire.RoleAdmin, "42")), signed(t, claims(wire.RoleDevice, "42"))
	for path, token := range map[string]string{
		wire.OverviewPath: admin, "/v1/admin/marts/42": admin, "/v1/admin/marts/42/orders": admin, "/v1/admin/marts/42/connections": admin,
		"/v1/admin/session": admin, wire.OrdersPath("42"): device, wire.EventsPath("42"): device, "/v1/marts/42": device,
		wire.ReadyPath: "", wire.MetricsPath: "", wire.ConsolePath: "", wire.ReceiverPath: "", "/jumun.js": "", "/nowhere": "",
	} {
		if res := ask(t, as(t, token, "GET", server.url+path, "")); res.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %s %v", path, res.Status, res.Header)
		}
	}
}

func TestNobodyLearnsWhichMartsExist(t *testing.T) {
	redis := redistest.Start(t)
	server := serve(t, "--redis", redis.URL())
	publish(t, redis.URL(), "order", publication("42", "1"))
	answers := map[string]bool{}
	for _, mart := range []order.MartID{"42", "nowhere"} {
		for _, text := range []string{"", signed(t, claims(wire.RoleDevice, "43"))} {
			req := as(t, text, "GET", server.url+wire.OrdersPath(mart), "")
			res := ask(t, req)
			answers[fmt.Sprint(text == "", res.Status, read(t, res))] = true
		}
	}
	if len(answers) != 2 { // one without a token, one for a device of another mart
		t.Errorf("answers %v", answers)
	}
}
