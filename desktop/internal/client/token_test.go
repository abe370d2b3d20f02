package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

// refusal answers with a Problem.
func refusal(code int, kind, detail string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", wire.ProblemType)
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(wire.Problem{Type: kind, Status: code, Detail: detail})
	}
}

var revoked = refusal(401, wire.ProblemRevoked, "unpaired / 해제되었습니다")

// kept makes f send this token.
func kept(token string) func(*Client) { return func(f *Client) { f.Token = token } }

// sent are the Authorization headers of the requests.
func (s *store) sent() (headers []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		headers = append(headers, r.Header.Get("Authorization"))
	}
	return headers
}

func (s *store) wantRequests(t *testing.T, least, most int) {
	t.Helper()
	if n := len(s.sent()); n < least || n > most {
		t.Errorf("%d requests, want %d to %d", n, least, most)
	}
}

func TestTheTokenGoesWithEveryRequest(t *testing.T) {
	for token, want := range map[string]string{"a.b.c": "Bearer a.b.c", "": ""} {
		synctest.Test(t, func(t *testing.T) {
			log := newFakeLog()
			s := open(t, network(swallow, log.ServeHTTP), kept(token))
			s.wantConnected(t, detected)
			_, _ = s.Acknowledge(t.Context(), acksOf("1"))
			if polled, streams := s.polled(); polled == 0 || streams == 0 || len(s.sent()) <= polled+streams {
				t.Errorf("%d polls and %d streams of %d requests", polled, streams, len(s.sent()))
			}
			for i, got := range s.sent() {
				if got != want {
					t.Errorf("%s: %q, want %q", s.requests[i].URL.Path, got, want)
				}
			}
		})
	}
}

func TestWhyTheServerRefuses(t *testing.T) {
	tests := []struct {
		name        string
		answer      http.HandlerFunc
		reason      string
		least, most int // requests in ten minutes
	}{
		{"a token it does not know", refusal(401, wire.ProblemToken, "words"), ipc.RefusedToken, 8, 25},
		{"a token that has ended", refusal(401, wire.ProblemExpired, "words"), ipc.RefusedExpired, 8, 25},
		{"another mart's", refusal(403, wire.ProblemForbidden, "words"), ipc.RefusedMart, 8, 25},
		{"a revoked one, and it is not asked again", refusal(401, wire.ProblemRevoked, "words"), ipc.RefusedRevoked, 1, 1},
		{"a reason from a newer server", refusal(403, "urn:jumun:problem:festival", "words"), "", 8, 25},
		{"a proxy, in the same words", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(401)
			_, _ = io.WriteString(w, `{"type":"`+wire.ProblemRevoked+`","detail":"words"}`)
		}, "", 120, 200},
	}
	for _, tt := range tests {
		for way, handler := range map[string]http.HandlerFunc{"stream": tt.answer, "polls": network(swallow, tt.answer)} {
			t.Run(tt.name+", by "+way, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := open(t, handler, kept("a.b.c"))
					now := s.now(10*time.Minute - time.Second)
					if now.Name != ipc.Refused || now.Reason != tt.reason || (tt.reason != "" && !strings.Contains(now.Detail, "words")) {
						t.Errorf("%+v", now)
					}
					before := 0
					if way == "polls" {
						before = tryOtherAfter // streams that were swallowed
					}
					s.wantRequests(t, before+tt.least, before+tt.most)
				})
			})
		}
	}
}

func TestWhoAsksTooOftenIsToldToWaitAndNotRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "20")
			refusal(429, wire.ProblemTooMany, "slower / 천천히")(w, r)
		}, nil)
		now := s.now(19 * time.Second)
		if now.Name != ipc.Connecting || now.Reason != "" || !strings.Contains(now.Detail, "slower / 천천히") {
			t.Errorf("%+v", now)
		}
		s.wantRequests(t, 1, 1)
	})
}

func TestARevokedDeviceAsksNothingUntilRunIsStartedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, first(revoked), kept("a.b.c"))
		if now := s.now(24 * time.Hour); now.Reason != ipc.RefusedRevoked {
			t.Errorf("%+v", now)
		}
		if _, err := s.Acknowledge(t.Context(), acksOf("1")); !errors.Is(err, errRevoked) || errors.Is(err, ErrPointless) {
			t.Errorf("a confirmation: %v", err)
		}
		s.wantRequests(t, 1, 1)
		if s.ended.Load() {
			t.Error("Run has returned, although nobody asked it to")
		}
		s.stop()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			if err := s.Run(ctx); err != nil {
				t.Errorf("the second Run: %v", err)
			}
		}()
		s.wantConnected(t, time.Second)
		cancel()
		<-ended
	})
}

func TestWhoPollsIsSilencedByTheStreamThatIsTriedBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := open(t, network(func(w http.ResponseWriter, r *http.Request) {
			if n++; n <= tryOtherAfter {
				swallow(w, r)
				return
			}
			revoked(w, r)
		}, newFakeLog().ServeHTTP), kept("a.b.c"))
		s.wantConnected(t, detected)
		if now := s.now(tryStreamEvery + longPoll); now.Reason != ipc.RefusedRevoked {
			t.Errorf("%+v", now)
		}
		before := len(s.sent())
		s.now(time.Hour)
		s.wantRequests(t, before, before)
	})
}

func TestAByeRevokedIsShownAtOnceAndAskedAbout(t *testing.T) {
	bye := func(w http.ResponseWriter, _ *http.Request) {
		say(w, hello, "event: bye\ndata: {\"reason\":\"revoked\",\"retryMs\":0}\n\n")
	}
	then := func(answer http.HandlerFunc) http.HandlerFunc {
		said := false
		return func(w http.ResponseWriter, r *http.Request) {
			if said {
				answer(w, r)
				return
			}
			said = true
			bye(w, r)
		}
	}
	tests := []struct {
		name        string
		server      http.HandlerFunc
		state       State // in the end
		least, most int   // requests in ten minutes
	}{
		{"a server that means it", then(revoked), State{Name: ipc.Refused, Reason: ipc.RefusedRevoked, Detail: errRevoked.Error() + " (401 Unauthorized: unpaired / 해제되었습니다)"}, 2, 2},
		{"a server gone wrong, and the next one is well", then(func(w http.ResponseWriter, r *http.Request) { say(w, hello); beat(w, r) }),
			State{Name: ipc.Connected}, 2, 2},
		{"one that never means it is not asked ever faster", bye, State{Name: ipc.Refused, Reason: ipc.RefusedRevoked, Detail: errRevoked.Error()}, 15, 60},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, tt.server, kept("a.b.c"))
				if now := s.now(100 * time.Millisecond); now != (State{Name: ipc.Refused, Reason: ipc.RefusedRevoked, Detail: errRevoked.Error()}) {
					t.Errorf("at the bye: %+v", now)
				}
				if now := s.now(10 * time.Minute); now != tt.state {
					t.Errorf("in the end: %+v", now)
				}
				s.wantRequests(t, tt.least, tt.most)
			})
		})
	}
}

func TestTheRevocationOfATokenThatWasRenewedMeanwhileIsNotFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Client{Token: "old"}
		w := newLoop(&reader{Client: f.withDefaults()}, nil)
		w.tried = f.token()
		f.use("new")
		w.failed(t.Context(), ending{err: errRevoked, refused: true, reason: ipc.RefusedRevoked})
		if f.revoked.Load() {
			t.Error("silenced by the old one")
		}
	})
}

func TestATokenGivenBetweenTwoRunsIsTheOneToUse(t *testing.T) {
	f := &Client{Token: "old"}
	f.use("renewed")
	if f.token() != "renewed" {
		t.Errorf("%q after a renewal", f.token())
	}
	if f.Token = "paired anew"; f.token() != "paired anew" {
		t.Errorf("%q after a pairing", f.token())
	}
}

func TestTheTokenCrossesNoRedirectAndIsInNoLog(t *testing.T) {
	const secret = "secret.secret.secret"
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("asked for %s", r.URL)
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	for _, token := range []string{secret, secret + "\n"} { // the second cannot stand in a header
		var log bytes.Buffer
		told := State{}
		f := &Client{Server: server.URL, Mart: "42", Token: token, Log: slog.New(slog.NewTextHandler(&log, nil))}
		f.State = func(s State) { told = s }
		r := &reader{Client: f.withDefaults(), base: server.URL}
		r.client = r.newClient()
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // so that failed does not wait
		w := newLoop(r, nil)
		end := r.stream(t.Context())
		r.tell(end.state(errorText))
		_, polled := w.polls.poll(t.Context(), byShortPoll)
		_, acked := f.Acknowledge(t.Context(), acksOf("1"))
		_, paired := Pair(t.Context(), server.URL, nil, wire.PairRequest{MartID: "42", Code: secret})
		(&renewer{Client: f}).renew(t.Context())
		w.failed(ctx, end)
		if end.err == nil || polled == nil || acked == nil || paired == nil || log.Len() == 0 {
			t.Fatalf("%v, %v, %v, %v, log %q", end.err, polled, acked, paired, &log)
		}
		for _, said := range []string{log.String(), told.Detail, end.err.Error(), polled.err.Error(), acked.Error(), paired.Error()} {
			if strings.Contains(said, "secret") {
				t.Errorf("said %q", said)
			}
		}
	}
}
