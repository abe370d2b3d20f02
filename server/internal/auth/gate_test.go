package auth

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/server/internal/revocation"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// requests has one request to each route, for mart 42 if the path has a mart.
var requests = map[string]struct{ method, path string }{
	wire.EventsPattern:   {"GET", wire.EventsPath("42")},
	wire.OrdersPattern:   {"GET", wire.OrdersPath("42")},
	wire.AckPattern:      {"POST", wire.AckPath("42", "1001")},
	wire.TokenPath:       {"POST", wire.TokenPath},
	wire.PublishPath:     {"POST", wire.PublishPath},
	wire.PairingsPath:    {"POST", wire.PairingsPath},
	wire.DevicesPattern:  {"GET", wire.DevicesPath("42")},
	wire.RevocationsPath: {"POST", wire.RevocationsPath},
}

// Each row is sent to each route with a token of each role. Its want is for the role of the
// route; another role gets the same, or 403 instead of 200.
func TestEachRouteTakesTokensOfItsRoleAndTellsAllOthersWhyNot(t *testing.T) {
	const (
		good        = "good"
		elsewhere   = "elsewhere"    // forbidden where the path has a mart
		devicesOnly = "devices only" // a device's is revoked, and the others are good
	)
	tests := []struct {
		name   string
		send   func(s *fixture, role wire.Role) []string
		want   string // the problem
		reason string
	}{
		{"for this mart", func(s *fixture, r wire.Role) []string { return bearing(s.token(r, "42")) }, good, ""},
		{"for this mart and others", func(s *fixture, r wire.Role) []string { return bearing(s.token(r, "1", "42")) }, good, ""},
		{"for every mart", func(s *fixture, r wire.Role) []string { return bearing(s.token(r, "*")) }, good, ""},
		{"in the cookie", func(s *fixture, r wire.Role) []string { return inCookie(s.token(r, "42")) }, good, ""},
		{"the scheme in capitals", func(s *fixture, r wire.Role) []string {
			return []string{"Authorization", "BEARER " + s.token(r, "42")}
		}, good, ""},
		{"a bad cookie beside a good header", func(s *fixture, r wire.Role) []string {
			return append(inCookie("x"), bearing(s.token(r, "42"))...)
		}, good, ""},
		{"for another mart", func(s *fixture, r wire.Role) []string { return bearing(s.token(r, "43")) }, elsewhere, Forbidden},
		{"for a mart whose ID begins like this ID", func(s *fixture, r wire.Role) []string { return bearing(s.token(r, "4", "421")) }, elsewhere, Forbidden},
		{"no token", func(*fixture, wire.Role) []string { return nil }, wire.ProblemToken, NoToken},
		{"an empty token", func(*fixture, wire.Role) []string { return bearing("") }, wire.ProblemToken, NoToken},
		{"basic authentication", func(s *fixture, r wire.Role) []string {
			return []string{"Authorization", "Basic " + s.token(r, "42")}
		}, wire.ProblemToken, NoToken},
		{"no scheme", func(s *fixture, r wire.Role) []string { return []string{"Authorization", s.token(r, "42")} }, wire.ProblemToken, NoToken},
		{"two headers, both good", func(s *fixture, r wire.Role) []string {
			return append(bearing(s.token(r, "42")), bearing(s.token(r, "42"))...)
		}, wire.ProblemToken, NoToken},
		{"two cookies, both good", func(s *fixture, r wire.Role) []string {
			return []string{"Cookie", wire.CookieName + "=" + s.token(r, "42") + "; " + wire.CookieName + "=" + s.token(r, "42")}
		}, wire.ProblemToken, NoToken},
		{"a good cookie beside a header of another scheme", func(s *fixture, r wire.Role) []string {
			return append(inCookie(s.token(r, "42")), "Authorization", "Basic eDp5")
		}, wire.ProblemToken, NoToken},
		{"a good cookie beside a bad header", func(s *fixture, r wire.Role) []string {
			return append(inCookie(s.token(r, "42")), bearing("x")...)
		}, wire.ProblemToken, Unknown},
		{"a cookie of another name", func(s *fixture, r wire.Role) []string {
			return []string{"Cookie", "jumun=" + s.token(r, "42")}
		}, wire.ProblemToken, NoToken},
		{"garbage", func(*fixture, wire.Role) []string { return bearing("a.b.c") }, wire.ProblemToken, Unknown},
		{"100 KB of garbage", func(*fixture, wire.Role) []string { return bearing(strings.Repeat("x.", 50<<10)) }, wire.ProblemToken, NoToken},
		{"100 KB of spaces", func(*fixture, wire.Role) []string { return bearing(strings.Repeat(" ", 100<<10)) }, wire.ProblemToken, NoToken},
		{"100 KB of cookie", func(*fixture, wire.Role) []string { return inCookie(strings.Repeat("x.", 50<<10)) }, wire.ProblemToken, NoToken},
		{"two tokens in one header", func(s *fixture, r wire.Role) []string {
			return bearing(s.token(r, "42") + " " + s.token(r, "42"))
		}, wire.ProblemToken, Unknown},
		{"signed by an unknown key", func(s *fixture, r wire.Role) []string {
			return bearing(sign(s.t, token.Throwaway(time.Now()), claims(r, "42")))
		}, wire.ProblemToken, Unknown},
		{"alg none", func(s *fixture, r wire.Role) []string { return bearing(unsigned(s.token(r, "42"))) }, wire.ProblemToken, Unknown},
		{"expired", func(s *fixture, r wire.Role) []string {
			c := claims(r, "42")
			c.Expires = time.Now().Unix() - 1
			return bearing(sign(s.t, s.keys, c))
		}, wire.ProblemExpired, Expired},
		{"its holder revoked", func(s *fixture, r wire.Role) []string {
			return s.whileRevoked(r, wire.Revocation{Device: "pc-1", At: time.Now().Add(-24 * time.Hour)})
		}, wire.ProblemRevoked, Voided},
		{"its mart revoked", func(s *fixture, r wire.Role) []string {
			return s.whileRevoked(r, wire.Revocation{MartID: "42", At: time.Now()})
		}, devicesOnly, ""},
		{"every mart revoked", func(s *fixture, r wire.Role) []string {
			return s.whileRevoked(r, wire.Revocation{MartID: "*", At: time.Now()})
		}, devicesOnly, ""},
		{"its key revoked", func(s *fixture, r wire.Role) []string {
			checked, _ := s.keys.Check(s.token(r, "42"), time.Now())
			return s.whileRevoked(r, wire.Revocation{Key: checked.Key, At: time.Now()})
		}, wire.ProblemRevoked, Voided},
		{"its mart revoked before it was issued", func(s *fixture, r wire.Role) []string {
			return s.whileRevoked(r, wire.Revocation{MartID: "42", At: time.Now().Add(-2 * time.Hour)})
		}, good, ""},
		{"somebody else revoked", func(s *fixture, r wire.Role) []string {
			return s.whileRevoked(r, wire.Revocation{Device: "pc-2", At: time.Now()})
		}, good, ""},
		{"before the revocations are known", func(s *fixture, r wire.Role) []string {
			*s.opts.Revoked = revocation.List{}
			return bearing(s.token(r, "42"))
		}, wire.ProblemNotReady, ""},
	}
	statuses := map[string]int{good: 200, wire.ProblemForbidden: 403, wire.ProblemNotReady: 503}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for pattern, route := range requests {
				for _, role := range []wire.Role{wire.RoleDevice, wire.RolePublisher, wire.RoleAdmin} {
					want, reason := tt.want, tt.reason
					if want == devicesOnly {
						want, reason = good, ""
						if role == wire.RoleDevice {
							want, reason = wire.ProblemRevoked, Voided
						}
					}
					if want == elsewhere && !strings.Contains(pattern, "{mart}") {
						want, reason = good, ""
					}
					if want == elsewhere || want == good && role != routes[pattern] {
						want, reason = wire.ProblemForbidden, Forbidden
					}
					wantStatus := statuses[want]
					if wantStatus == 0 {
						wantStatus = 401
					}
					s := newFixture(t, nil)
					status, kind, why := s.ask(route.method, route.path, tt.send(s, role)...)
					if want == good {
						want = ""
					}
					if status != wantStatus || kind != want || why != reason {
						t.Errorf("%s to %s: %d %s, counted as %q, not %d %s, %q", role, pattern, status, kind, why, wantStatus, want, reason)
					}
				}
			}
		})
	}
}

func bearing(text string) []string { return []string{"Authorization", "Bearer " + text} }

// inCookie sends a token as a browser does: in the cookie of a device, and in that of an administrator.
func inCookie(text string) []string {
	return []string{"Cookie", wire.CookieName + "=" + text + "; " + wire.AdminCookieName + "=" + text}
}

func (s *fixture) whileRevoked(role wire.Role, r wire.Revocation) []string {
	s.revoked.Learn([]wire.Revocation{r})
	return bearing(s.token(role, "42"))
}

func TestATokenInAURLDoesNotCount(t *testing.T) {
	s := newFixture(t, nil)
	for _, name := range []string{"token", "access_token", "authorization", wire.CookieName} {
		path := wire.EventsPath("42") + "?" + name + "=" + s.token(wire.RoleDevice, "42")
		if status, kind, why := s.ask("GET", path); status != 401 || kind != wire.ProblemToken || why != NoToken {
			t.Errorf("as %s: %d %s %s", name, status, kind, why)
		}
	}
}

func TestAPageOfAnotherSiteCannotUseTheCookie(t *testing.T) {
	tests := []struct {
		name, method, site string
		cookie             bool
		status             int
	}{
		{"another host confirms by a browser that sends its origin alone", "POST", "Origin: https://blog.shop.example", true, 403},
		{"a frame without an origin, likewise", "POST", "Origin: null", true, 403},
		{"our page, likewise", "POST", "Origin: http://example.com", true, 200},
		{"another site confirms", "POST", "cross-site", true, 403},
		{"another host of the site confirms", "POST", "same-site", true, 403},
		{"a page from the future confirms", "POST", "same-planet", true, 403},
		{"our page confirms", "POST", "same-origin", true, 200},
		{"a person confirms", "POST", "none", true, 200},
		{"a browser that sends neither", "POST", "", true, 200},
		{"another site reads, but cannot see the answer", "GET", "cross-site", true, 200},
		{"another site asks for the header", "HEAD", "cross-site", true, 200},
		{"another site deletes", "DELETE", "cross-site", true, 403},
		{"a page that has the token itself", "POST", "cross-site", false, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newFixture(t, nil)
			headers := bearing(s.token(wire.RoleDevice, "42"))
			if tt.cookie {
				headers = inCookie(s.token(wire.RoleDevice, "42"))
			}
			if origin, only := strings.CutPrefix(tt.site, "Origin: "); only {
				headers = append(headers, "Origin", origin)
			} else if tt.site != "" {
				headers = append(headers, "Sec-Fetch-Site", tt.site)
			}
			if status, kind, _ := s.ask(tt.method, wire.AckPath("42", "1001"), headers...); status != tt.status {
				t.Errorf("%d %s", status, kind)
			}
		})
	}
}

func TestAMalformedMartReachesTheHandlerOnlyIfTheTokenIsForEveryMart(t *testing.T) {
	tests := []struct {
		name, path string
		marts      order.MartID
		status     int
	}{
		{"every mart, a space in the ID", "/v1/marts/a%20b/events", "*", 400},
		{"one mart, a space in the ID", "/v1/marts/a%20b/events", "42", 403},
		{"one mart, in another spelling", "/v1/marts/%34%32/events", "42", 200},
		{"one mart, and a space behind it", "/v1/marts/42%20/events", "42", 403},
		{"one mart, and a slash behind it", "/v1/marts/42%2F/events", "42", 403},
		{"one mart, asking for all", "/v1/marts/*/events", "42", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newFixture(t, nil)
			if status, kind, _ := s.ask("GET", tt.path, bearing(s.token(wire.RoleDevice, tt.marts))...); status != tt.status {
				t.Errorf("%d %s", status, kind)
			}
		})
	}
}

func TestAnEmptyMartDoesNotCountAsAPathWithoutOne(t *testing.T) {
	s := newFixture(t, nil)
	r := httptest.NewRequest("GET", wire.EventsPath("42"), nil)
	r.Pattern = wire.EventsPattern // and no {mart}
	r.Header.Set("Authorization", "Bearer "+s.token(wire.RoleDevice, "42"))
	w := httptest.NewRecorder()
	s.Require(wire.RoleDevice, http.HandlerFunc(s.reached)).ServeHTTP(w, r)
	if w.Code != 403 {
		t.Errorf("it is answered %d", w.Code)
	}
}

func TestWithoutAMartInThePathATokenNeedsOneValidMart(t *testing.T) {
	s := newFixture(t, nil)
	headers := bearing(s.token(wire.RoleDevice, "42", "43"))
	s.revoked.Learn([]wire.Revocation{{MartID: "42", At: time.Now()}})
	if status, kind, _ := s.ask("POST", wire.TokenPath, headers...); status != 200 {
		t.Fatalf("one mart revoked: %d %s", status, kind)
	}
	if g := s.granted; g.Stands("42") || !g.Stands("43") || g.Stands("44") || fmt.Sprint(g.Standing().Marts) != "[43]" {
		t.Errorf("the grant stands for 42: %v, 43: %v, 44: %v, in all for %v", g.Stands("42"), g.Stands("43"), g.Stands("44"), g.Standing().Marts)
	}
	s.revoked.Learn([]wire.Revocation{{MartID: "43", At: time.Now()}})
	if status, kind, _ := s.ask("POST", wire.TokenPath, headers...); status != 401 || kind != wire.ProblemRevoked {
		t.Errorf("both revoked: %d %s", status, kind)
	}
}

func TestAGrantHasTheClaimsAndStandsUntilItIsRevoked(t *testing.T) {
	s := newFixture(t, nil)
	s.ask("GET", wire.EventsPath("42"), bearing(s.token(wire.RoleDevice, "42"))...)
	g := s.granted
	if g == nil || g.Subject != "pc-1" || g.Name != "카운터" || g.Key == "" || g.ExpiresAt().Before(time.Now()) {
		t.Fatalf("the grant is %+v", g)
	}
	if !g.Stands("42") || g.Stands("43") {
		t.Error("it does not stand, or stands for another mart")
	}
	s.revoked.Learn([]wire.Revocation{{Device: "pc-1", At: time.Now()}})
	if g.Stands("42") {
		t.Error("it stands after it was revoked")
	}
}

func TestAGrantWithoutRevocationsNeverStands(t *testing.T) {
	g := &Grant{Token: token.Token{Claims: claims(wire.RoleDevice, "42")}}
	if g.Stands("42") {
		t.Error("it stands, though nobody can say so")
	}
	if From(t.Context()) != nil || From(With(t.Context(), g)) != g {
		t.Error("a context does not have the grant that it was given")
	}
}

func BenchmarkRequire(b *testing.B) {
	s := newFixture(b, nil)
	s.revoked.Learn([]wire.Revocation{{Device: "pc-2", At: time.Now()}})
	next := s.Require(wire.RoleDevice, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r := httptest.NewRequest("GET", wire.EventsPath("42"), nil)
	r.SetPathValue("mart", "42")
	r.Header.Set("Authorization", "Bearer "+s.token(wire.RoleDevice, "42"))
	w := httptest.NewRecorder()
	b.ReportAllocs()
	for b.Loop() {
		next.ServeHTTP(w, r)
	}
}

func TestAServerWithOtherKeysCallsNoTokenUnknown(t *testing.T) {
	s := newFixture(t, nil)
	s.strange = true
	stranger := sign(t, token.Throwaway(time.Now()), claims(wire.RoleDevice, "42"))
	for _, tt := range []struct {
		name, text string
		status     int
	}{{"unknown", stranger, 503}, {"garbage", "x.y.z", 503}, {"none", "", 401}, {"known", s.token(wire.RoleDevice, "42"), 200}} {
		var header []string
		if tt.text != "" {
			header = bearing(tt.text)
		}
		if status, kind, _ := s.ask("GET", wire.OrdersPath("42"), header...); status != tt.status || status == 503 && kind != wire.ProblemNotReady {
			t.Errorf("%s: %d, %s", tt.name, status, kind)
		}
	}
	if len(s.used) != 1 {
		t.Errorf("%v were noted as used", s.used)
	}
}

func TestATokenOfAKeyThatOnlyAnotherServerHasIsNotCalledUnknown(t *testing.T) {
	s := newFixture(t, nil)
	of := func(kid string) string {
		keys, err := token.Parse([]byte(`{"keys":[{"kty":"oct","kid":"` + kid + `","k":"` + strings.Repeat("A", 43) + `"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return sign(t, keys, claims(wire.RoleDevice, "42"))
	}
	for kid, want := range map[string]int{"elsewhere": 503, "nowhere": 401} {
		if status, kind, _ := s.ask("GET", wire.OrdersPath("42"), bearing(of(kid))...); status != want || status == 503 && kind != wire.ProblemNotReady {
			t.Errorf("%s: %d, %s", kid, status, kind)
		}
	}
}
