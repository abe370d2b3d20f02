package client

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const day = 24 * time.Hour

// signed is a token with these claims, which nobody signed.
func signed(c wire.Claims) string {
	payload, _ := json.Marshal(c)
	return "e30." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln"
}

// issued is a device's token from now on.
func issued(name string, life time.Duration) string {
	now := time.Now()
	return signed(wire.Claims{Subject: "pc-1", Name: name, Role: wire.RoleDevice, IssuedAt: now.Unix(), Expires: now.Add(life).Unix()})
}

func renews(r *http.Request) bool { return r.URL.Path == wire.TokenPath }

// renewals are when the server was asked for a new token.
func (s *store) renewals() (at []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.requests {
		if renews(r) {
			at = append(at, s.asked[i])
		}
	}
	return at
}

// renewing answers renewals by one handler; its streams are well.
func renewing(answer http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if renews(r) {
			answer(w, r)
			return
		}
		say(w, hello)
		stay(r)
	}
}

// gives answers with this token.
func gives(token func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		answer(w, fmt.Sprintf(`{"token":%q,"deviceId":"pc-1","expires":"2024-07-27T20:00:00Z"}`, token()))
	}
}

// quiet keeps streams without heartbeats open: days of them take long even in a bubble.
func quiet(f *Client) { f.Heartbeat = 10_000 * time.Hour }

func TestHalfway(t *testing.T) {
	since := time.Unix(1_722_000_000, 0)
	year, almost := 365*day, almostOne
	tests := []struct {
		name     string
		iat, exp int64
		random   float64
		want     time.Duration // since then; negative: never
	}{
		{"half of a year", 0, int64(year / time.Second), 0, year / 2},
		{"and up to a day later", 0, int64(year / time.Second), almost, year/2 + day},
		{"no later than three quarters of an hour", 0, 3600, almost, 45 * time.Minute},
		{"no longer than a token may live", 0, 1 << 62, 0, wire.MaxTokenLife / 2},
		{"a token without an end", 7, 0, 0, -1},
		{"one that ends at once", 7, 7, 0, -1},
		{"one that ends before it begins", 7, 6, 0, -1},
		{"numbers that do not fit", -1 << 63, 1<<63 - 1, 0, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := renewAt(wire.Claims{IssuedAt: tt.iat, Expires: tt.exp}, since, tt.random)
			if tt.want < 0 != got.IsZero() || (tt.want >= 0 && got.Sub(since.Add(tt.want)).Abs() > time.Millisecond) {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestATokenIsRenewedWhenHalfItsLifeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var fresh atomic.Value
		stored := make(chan string, 10)
		give := gives(func() string { fresh.Store(issued("카운터", 8*day)); return fresh.Load().(string) })
		s := open(t, renewing(give), func(f *Client) {
			quiet(f)
			f.Device, f.Token = "카운터", issued("카운터", 8*day)
			f.Renewed = func(token string) { stored <- token }
		})
		s.wantConnected(t, 4*day)
		s.wantRequests(t, 1, 1)
		s.wantConnected(t, day+renewEvery)
		if len(s.renewals()) != 1 || len(stored) != 1 || <-stored != fresh.Load() {
			t.Fatalf("%d renewals, or another token was stored", len(s.renewals()))
		}
		if got := s.sent()[1]; got != "Bearer "+s.Token {
			t.Errorf("asked with %q", got)
		}
		s.wantStreams(t, 1)
		_, _ = s.Acknowledge(t.Context(), acksOf("1"))
		if got := s.sent()[2]; got != "Bearer "+fresh.Load().(string) {
			t.Errorf("after it %q was sent", got)
		}
		s.wantConnected(t, 5*day+2*renewEvery)
		if len(stored) != 1 {
			t.Errorf("%d more stored in the end", len(stored))
		}
	})
}

func TestAClockThatIsWrongDoesNotRenewWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		old := signed(wire.Claims{Role: wire.RoleDevice, IssuedAt: 0, Expires: int64(8 * day / time.Second)})
		s := open(t, renewing(gives(func() string { return old })), func(f *Client) { quiet(f); f.Token = old })
		s.wantConnected(t, time.Minute)
		if n := len(s.renewals()); n != 1 {
			t.Fatalf("%d renewals in the first minute", n)
		}
		s.wantConnected(t, 3*day)
		if n := len(s.renewals()); n != 1 {
			t.Errorf("%d renewals in three days", n)
		}
	})
}

func TestARenewalThatFailsIsTriedHourly(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
	}{
		{"a server without this path", status(404)},
		{"a server that is ill", status(503)},
		{"a revoked device: the stream will say it", revoked},
		{"an answer without a token", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"deviceId":"pc-1"}`) }},
		{"no answer", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.ReadAll(r.Body) // who has not read it does not see the other side go
			stay(r)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, renewing(tt.answer), func(f *Client) {
					quiet(f)
					f.Device, f.Token = "주방", issued("카운터", 8*day)
					f.Renewed = func(string) { t.Error("a token came of it") }
				})
				s.wantConnected(t, day)
				at := s.renewals()
				if len(at) < 15 || len(at) > 24 {
					t.Errorf("%d tries in a day", len(at))
				}
				for i := 1; i < len(at); i++ {
					if gap := at[i].Sub(at[i-1]); gap < time.Hour {
						t.Errorf("again after %v", gap)
					}
				}
				s.wantStreams(t, 1)
			})
		})
	}
}

func TestATokenOfHoursIsRenewedBeforeItEnds(t *testing.T) {
	for _, life := range []time.Duration{time.Hour, 90 * time.Minute, 2 * time.Hour, 3 * time.Hour, 8 * time.Hour} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ends := time.Now().Add(life)
				give := gives(func() string {
					if !time.Now().Before(ends) {
						t.Error("the server would not renew it any more")
					}
					ends = time.Now().Add(life)
					return issued("카운터", life)
				})
				s := open(t, renewing(give), func(f *Client) { quiet(f); f.Device, f.Token = "카운터", issued("카운터", life) })
				s.wantConnected(t, 5*life)
				if n := len(s.renewals()); n < 5 || n > 10 {
					t.Errorf("%d renewals in five lives", n)
				}
			})
		})
	}
}

func TestANewNameIsToldSoonAndOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var body atomic.Value
		deaf := gives(func() string { return issued("카운터", 8*day) })
		s := open(t, renewing(func(w http.ResponseWriter, r *http.Request) {
			sent, _ := io.ReadAll(r.Body)
			body.Store(r.Method + " " + string(sent))
			deaf(w, r)
		}), func(f *Client) { quiet(f); f.Device, f.Token = "주방", issued("카운터", 8*day) })
		s.wantConnected(t, renewSoon)
		if got := body.Load(); got != `POST {"device":"주방"}` {
			t.Errorf("asked %q", got)
		}
		s.wantConnected(t, 3*day)
		if n := len(s.renewals()); n != 1 {
			t.Errorf("%d renewals", n)
		}
	})
}

func TestATokenThatNeedsNoRenewalIsLeftAlone(t *testing.T) {
	tests := []struct {
		name, device string
		token        func() string
	}{
		{"a fresh one with the right name", "카운터", func() string { return issued("카운터", 8*day) }},
		{"a name that was cut short", " " + strings.Repeat("가", 1000), func() string { return issued(order.Line(strings.Repeat("가", 1000), order.MaxName), 8*day) }},
		{"a PC without a name", "", func() string { return issued("카운터", 8*day) }},
		{"one that cannot be read", "카운터", func() string { return "opaque" }},
		{"a publisher's", "카운터", func() string { return signed(wire.Claims{Role: wire.RolePublisher, IssuedAt: 1, Expires: 2}) }},
		{"none", "카운터", func() string { return "" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, renewing(status(500)), func(f *Client) { quiet(f); f.Device, f.Token = tt.device, tt.token() })
				s.wantConnected(t, 3*day)
				s.wantRequests(t, 1, 1)
			})
		})
	}
}

func TestATokenThatHasEndedByTheServersClockIsRenewedAndUsedAtOnce(t *testing.T) {
	tests := []struct {
		name   string
		server http.HandlerFunc // but for renewals
		within time.Duration
	}{
		{"said by a bye", func(w http.ResponseWriter, r *http.Request) {
			say(w, hello)
			pause(r, time.Minute)
			say(w, "event: bye\ndata: {\"reason\":\"expired\",\"retryMs\":0}\n\n")
		}, time.Minute + promised},
		{"said by an answer", refusal(401, wire.ProblemExpired, "ended"), renewSoon + promised},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				give := gives(func() string { return "new" })
				s := open(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case renews(r):
						give(w, r)
					case r.Header.Get("Authorization") == "Bearer new":
						say(w, hello)
						stay(r)
					default:
						tt.server(w, r)
					}
				}, func(f *Client) { quiet(f); f.Token = issued("", 8*day) })
				s.wantConnected(t, tt.within)
				s.wantConnected(t, 3*time.Minute)
				if n := len(s.renewals()); n != 1 {
					t.Errorf("%d renewals", n)
				}
				if headers := s.sent(); headers[len(headers)-1] != "Bearer new" {
					t.Errorf("sent %q last", headers[len(headers)-1])
				}
			})
		})
	}
}

func TestARevokedTokenIsNotRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, revoked, func(f *Client) { f.Device, f.Token = "주방", issued("카운터", 8*day) })
		if now := s.now(3 * day); now.Reason != ipc.RefusedRevoked {
			t.Errorf("%+v", now)
		}
		s.wantRequests(t, 1, 1)
	})
}

// A tripper is a way to the server.
type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func TestATokenThatComesAfterTheEndIsNotStored(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &Client{Server: "http://lane", Mart: "42", Token: "old", Renewed: func(string) { t.Error("stored") }}
	f.HTTP = tripper(func(r *http.Request) (*http.Response, error) {
		cancel()
		w := httptest.NewRecorder()
		gives(func() string { return "new" })(w, r)
		return w.Result(), nil
	})
	(&renewer{Client: f.withDefaults()}).renew(ctx)
}

func TestRunWaitsUntilTheNewTokenIsStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		storing, stored := make(chan struct{}), false
		t.Cleanup(func() { // after Run has returned
			if !stored {
				t.Error("Run was gone before")
			}
		})
		s := open(t, renewing(gives(func() string { return "new" })), func(f *Client) {
			f.Device, f.Token = "주방", issued("카운터", 8*day)
			f.Renewed = func(string) { close(storing); time.Sleep(time.Minute); stored = true }
		})
		<-storing
		s.stop()
	})
}
