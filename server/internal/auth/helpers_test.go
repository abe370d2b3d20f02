package auth

import (
	"encoding/base64"
	"log/slog"
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

// A fixture is a Gate before the routes of the server.
type fixture struct {
	*Gate
	t       testing.TB
	keys    *token.Keys
	revoked *revocation.List
	mux     *http.ServeMux
	refused []string
	strange bool
	used    []string // holders
	granted *Grant   // from the context of the handler that was called last
}

// newFixture returns a fixture where nothing was revoked. change may change the Options.
func newFixture(t testing.TB, change func(*Options)) *fixture {
	t.Helper()
	s := &fixture{t: t, keys: token.Throwaway(time.Now()), revoked: &revocation.List{}, mux: http.NewServeMux()}
	s.revoked.Learn(nil)
	opts := Options{
		Keys: func() *token.Keys { return s.keys }, Revoked: s.revoked,
		ClientIP: NewClientIP(nil, slog.New(slog.DiscardHandler)),
		Refused:  func(_ wire.Role, reason string) { s.refused = append(s.refused, reason) },
		Strange:  func(kid string) bool { return s.strange || kid == "elsewhere" },
		Used:     func(t token.Token) { s.used = append(s.used, t.Holder()) },
		Log:      slog.New(slog.DiscardHandler),
	}
	if change != nil {
		change(&opts)
	}
	s.Gate = NewGate(opts)
	for pattern, role := range routes {
		s.mux.Handle(pattern, s.Require(role, http.HandlerFunc(s.reached)))
	}
	return s
}

// routes has the role of each route that needs a token.
var routes = map[string]wire.Role{
	wire.EventsPattern: wire.RoleDevice, wire.OrdersPattern: wire.RoleDevice, wire.AckPattern: wire.RoleDevice,
	wire.TokenPath: wire.RoleDevice, wire.PublishPath: wire.RolePublisher, wire.PairingsPath: wire.RoleAdmin,
	wire.DevicesPattern: wire.RoleAdmin, wire.RevocationsPath: wire.RoleAdmin,
}

func (s *fixture) reached(w http.ResponseWriter, r *http.Request) {
	s.granted = From(r.Context())
	if mart := r.PathValue("mart"); mart != "" {
		if _, err := order.ParseMartID(mart); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}
}

// ask sends a request with headers, given as name, value, name, value, and returns the
// status, the type of the problem (empty for 200) and the reason that was counted.
func (s *fixture) ask(method, path string, headers ...string) (status int, kind, reason string) {
	s.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.refused, s.granted = nil, nil
	s.mux.ServeHTTP(w, r)
	if (s.granted == nil) != (w.Code >= 401) {
		s.t.Errorf("%s %s got %d, and its handler had the grant %v", method, path, w.Code, s.granted)
	}
	return w.Code, kindIn(w.Body.String()), strings.Join(s.refused, ",")
}

// kindIn returns the type of a problem.
func kindIn(body string) string {
	for _, kind := range []string{wire.ProblemToken, wire.ProblemExpired, wire.ProblemRevoked, wire.ProblemForbidden,
		wire.ProblemNotReady, wire.ProblemTooMany} {
		if strings.Contains(body, `"`+kind+`"`) {
			return kind
		}
	}
	return body
}

// claims returns claims issued an hour ago, which expire in an hour.
func claims(role wire.Role, marts ...order.MartID) wire.Claims {
	now := time.Now().Unix()
	return wire.Claims{Subject: "pc-1", Name: "카운터", Role: role, Marts: marts, IssuedAt: now - 3600, Expires: now + 3600}
}

func sign(t testing.TB, keys *token.Keys, c wire.Claims) string {
	t.Helper()
	text, err := keys.Sign(c, time.Unix(c.IssuedAt, 0))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (s *fixture) token(role wire.Role, marts ...order.MartID) string {
	s.t.Helper()
	return sign(s.t, s.keys, claims(role, marts...))
}

// unsigned returns a token whose header says that it has no signature.
func unsigned(signed string) string {
	parts := strings.Split(signed, ".")
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
}
