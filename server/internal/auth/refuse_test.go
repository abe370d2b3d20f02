package auth

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/server/internal/auth/token"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// logged returns a fixture whose log is text.
func logged(t *testing.T, change func(*Options)) (*fixture, *bytes.Buffer) {
	var out bytes.Buffer
	return newFixture(t, func(o *Options) {
		o.Log = slog.New(slog.NewTextHandler(&out, nil))
		if change != nil {
			change(o)
		}
	}), &out
}

func TestARefusedPublisherIsLoggedWithItsHolderAndNeverItsToken(t *testing.T) {
	tests := []struct {
		name string
		send func(s *fixture) string // the token
		want []string
	}{
		{"without a token", func(*fixture) string { return "" }, []string{"reason=none"}},
		{"garbage", func(*fixture) string { return "a.b.c" }, []string{"reason=token"}},
		{"by a key that the server lacks", func(s *fixture) string {
			return sign(s.t, token.Throwaway(time.Now()), claims(wire.RolePublisher, "42"))
		}, []string{"reason=token", "pc-1", "key"}},
		{"expired", func(s *fixture) string {
			c := claims(wire.RolePublisher, "42")
			c.Expires = time.Now().Unix() - 1
			return sign(s.t, s.keys, c)
		}, []string{"reason=expired", "pc-1"}},
		{"revoked", func(s *fixture) string {
			s.revoked.Learn([]wire.Revocation{{Device: "pc-1", At: time.Now()}})
			return s.token(wire.RolePublisher, "42")
		}, []string{"reason=revoked", "holder=pc-1", "marts=[42]", "address=192.0.2.1"}},
		{"of a device", func(s *fixture) string { return s.token(wire.RoleDevice, "42") }, []string{"reason=forbidden", "holder=pc-1", "role=device"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, out := logged(t, nil)
				text := tt.send(s)
				for range 100 {
					s.ask("POST", wire.PublishPath, bearing(text)...)
				}
				for _, want := range append(tt.want, "level=WARN", "a publisher was refused") {
					if !strings.Contains(out.String(), want) {
						t.Errorf("%q is not in %s", want, out)
					}
				}
				if strings.Count(out.String(), "\n") != 1 || text != "" && strings.Contains(out.String(), text) {
					t.Errorf("more than one line, or the token: %s", out)
				}
				time.Sleep(tellEvery) // the bubble's time
				s.ask("POST", wire.PublishPath, bearing(text)...)
				if strings.Count(out.String(), "\n") != 2 {
					t.Errorf("a minute later: %s", out)
				}
			})
		})
	}
}

func TestStrangersCannotFillTheLog(t *testing.T) {
	s, out := logged(t, nil)
	for i := range 1000 {
		c := claims(wire.RolePublisher, "42")
		c.Subject = fmt.Sprintf("made-up-%d", i)
		s.ask("POST", wire.PublishPath, bearing(sign(t, token.Throwaway(time.Now()), c))...)
	}
	for _, path := range []string{wire.EventsPath("42"), wire.TokenPath} {
		s.ask("GET", path, bearing("a.b.c")...)
	}
	if n := strings.Count(out.String(), "\n"); n != 1 {
		t.Errorf("%d lines: %s", n, out)
	}
}

func TestAPublisherMayPublishForItsMartsOnlyAndIsToldOfWithAMart(t *testing.T) {
	s, out := logged(t, nil)
	ctx := With(t.Context(), &Grant{Token: token.Token{Claims: claims(wire.RolePublisher, "42"), Key: "k1"}, Revoked: s.revoked})
	for range 3 {
		for _, mart := range []order.MartID{"42", "43", "44"} {
			if s.MayPublish(ctx, mart) != (mart == "42") {
				t.Errorf("for mart %s: %v", mart, mart != "42")
			}
		}
	}
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "mart=43") || !strings.Contains(got, "key=k1") {
		t.Errorf("logged %s", got)
	}
	if len(s.refused) != 6 {
		t.Errorf("counted %v", s.refused)
	}
}

func TestAPublisherThatIsTooFastIsLogged(t *testing.T) {
	s, out := logged(t, func(o *Options) { o.PublishRate = 1 })
	h := s.LimitPublishes(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	ctx := With(t.Context(), &Grant{Token: token.Token{Claims: claims(wire.RolePublisher, "42")}, Revoked: s.revoked})
	for range 10 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "POST", wire.PublishPath, nil))
	}
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "reason=busy") || !strings.Contains(got, "holder=pc-1") {
		t.Errorf("logged %q", got)
	}
}

func TestOneStreamTooManyIsLoggedWithItsDeviceAndMart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, out := logged(t, nil)
		var streams []held
		for range MaxStreamsPerDevice + 5 {
			streams = append(streams, stream(s.Gate, "pc-1", "42", "10.0.0.1:1"))
		}
		if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "mart=42 device=pc-1 name=카운터") {
			t.Errorf("logged %q", got)
		}
		for _, h := range streams {
			h.done()
		}
	})
}
