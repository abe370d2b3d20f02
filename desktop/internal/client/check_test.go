package client

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

func TestCheckSaysForPeopleWhatIsWrong(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   string // in the error; empty: all is well
	}{
		{"an order waits", func(w http.ResponseWriter, _ *http.Request) {
			answer(w, `{"events":[{"event":"order","id":"1-0","data":{"martId":"42","orderId":"a"}}],"last":"1-0","more":true}`)
		}, ""},
		{"none does", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"events":[],"last":"","more":false}`) }, ""},
		{"a token it does not know", refusal(401, wire.ProblemToken, "words"), errUnknown.Error()},
		{"a token that has ended", refusal(401, wire.ProblemExpired, "words"), errExpired.Error()},
		{"a revoked one", refusal(401, wire.ProblemRevoked, "words"), errRevoked.Error()},
		{"another mart's", refusal(403, wire.ProblemForbidden, "words"), errOtherMart.Error()},
		{"a reason from a newer server, in its words", refusal(403, "urn:jumun:problem:festival", "words"), "403 Forbidden: words"},
		{"a proxy that refuses", status(403), errBlocked.Error()},
		{"a server without its Redis, in its words", refusal(503, wire.ProblemNotReady, "Redis is away"), "Redis is away"},
		{"a server that is not ready", status(503), errNotReady.Error()},
		{"a proxy before a server that is away", status(502), errNotReady.Error()},
		{"a server of something else", status(404), "404"},
		{"too many, in its words", refusal(429, wire.ProblemTooMany, "slower"), "slower"},
		{"a login page", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!DOCTYPE html>") }, errNotServer.Error()},
		{"a redirect to one", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, errRedirected.Error()},
		{"JSON of something else", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"ok":true}`) }, errNotServer.Error()},
		{"an answer that ends in the middle", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			answer(w, `{"events":[`)
		}, errBroke.Error()},
		{"a cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, errUnreached.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			wantError(t, (&Client{Server: server.URL, Mart: "42"}).Check(t.Context()), tt.want)
		})
	}
}

// wantError wants a line with that in it; empty: no error.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || (err != nil && !strings.Contains(err.Error(), want)) {
		t.Errorf("error %v, want %q in it", err, want)
	}
	if isUnreached(err) != slices.Contains([]string{errUnreached.Error(), errNoName.Error(), errAway.Error()}, want) {
		t.Errorf("whether it was reached: %v", err)
	}
	if err != nil && (strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "127.0.0.1/")) {
		t.Errorf("not a line for people: %q", err)
	}
}

func TestCheckOfWhatCannotBeReached(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	stranger := httptest.NewUnstartedServer(http.NotFoundHandler())
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of us
	stranger.StartTLS()
	defer stranger.Close()
	for server, want := range map[string]string{
		"host": "not an http or https URL", gone.URL: errAway.Error(),
		"http://jumun.invalid": errNoName.Error(), stranger.URL: errUntrusted.Error(),
	} {
		wantError(t, (&Client{Server: server, Mart: "42"}).Check(t.Context()), want)
	}
}

func TestCheckAsksForOneOrderAndDisturbsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		orders := newFakeLog()
		for _, number := range []string{"a", "b", "c"} {
			orders.place(number)
		}
		s := open(t, network(orders.stream, orders.ServeHTTP), func(f *Client) { keeping(f); f.Token = "a.b.c" })
		s.wantConnected(t, time.Second)
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() { wantError(t, s.Check(t.Context()), "") })
		}
		both.Wait()
		s.wantConnected(t, time.Second)
		s.wantStreams(t, 1)
		s.wantOrders(t, "a", "b", "c")
		if names := s.seen(0); len(names) != 2 {
			t.Errorf("people saw %q", names)
		}
		r := s.requests[len(s.requests)-1]
		if r.FormValue("wait") != "0" || r.FormValue("limit") != "1" || r.Header.Get("Authorization") != "Bearer a.b.c" {
			t.Errorf("asked %s with %q", r.URL, r.Header)
		}
	})
}

func TestCheckGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, network(welcome, hang), nil)
		s.wantConnected(t, time.Second)
		began := time.Now()
		if err := s.Check(t.Context()); !errors.Is(err, errNoAnswer) || time.Since(began) != requestLimit {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Check(ctx); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errUnreached) {
			t.Errorf("asked to stop: %v", err)
		}
	})
}

func TestARevokedDeviceIsNotChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, first(revoked), kept("a.b.c"))
		if now := s.now(time.Second); now.Reason != ipc.RefusedRevoked {
			t.Errorf("%+v", now)
		}
		wantError(t, s.Check(t.Context()), errRevoked.Error())
		s.wantRequests(t, 1, 1)
	})
}
