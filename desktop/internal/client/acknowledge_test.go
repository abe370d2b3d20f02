package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
)

func TestAcknowledge(t *testing.T) {
	tests := []struct {
		name      string
		answer    http.HandlerFunc
		want      string // in the error; empty: none
		pointless bool
	}{
		{"recorded", status(204), "", false},
		{"not an order's number there", status(400), "400", true},
		{"a server without this path", status(404), "404", true},
		{"one that takes no POST", status(405), "405", true},
		{"gone for good", status(410), "410", true},
		{"a name too long", status(413), "413", true},
		{"a revoked device, until somebody pairs it", status(401), "401", false},
		{"a device of another mart", status(403), "403", false},
		{"too many", status(429), "429", false},
		{"a broken server", status(500), "500", false},
		{"one that is stopping, in its words", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(503)
			_, _ = io.WriteString(w, `{"detail":"draining"}`)
		}, "draining", false},
		{"the login page of a network", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!DOCTYPE html>") }, errNotServer.Error(), false},
		{"a redirect to that page", func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, "/ack") {
				t.Error("the redirect was followed")
			}
			http.Redirect(w, r, "/login", http.StatusTemporaryRedirect)
		}, errRedirected.Error(), false},
		{"an answer of success that promises nothing", status(202), "202", false},
		{"a cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			err := (&Client{Server: server.URL, Mart: "42", Device: "카운터"}).Acknowledge(t.Context(), "1001")
			if (err == nil) != (tt.want == "") || (err != nil && !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
			if errors.Is(err, ErrPointless) != tt.pointless {
				t.Errorf("pointless: %v", !tt.pointless)
			}
		})
	}
}

func TestAcknowledgeSaysWhichOrderAndWho(t *testing.T) {
	var got, body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		got, body = r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type"), string(sent)
		w.WriteHeader(204)
	}))
	defer server.Close()
	f := &Client{Server: server.URL + "/", Mart: "강남/1", Device: "카운터"}
	if err := f.Acknowledge(t.Context(), "가#1"); err != nil {
		t.Fatal(err)
	}
	if want := "POST /v1/marts/%EA%B0%95%EB%82%A8%2F1/orders/%EA%B0%80%231/ack application/json"; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if want := `{"device":"카운터"}`; body != want {
		t.Errorf("body %q, want %q", body, want)
	}
}

func TestAcknowledgeRefusesWhatMakesNoAddress(t *testing.T) {
	if err := (&Client{Server: "host", Mart: "42"}).Acknowledge(t.Context(), "1"); err == nil || errors.Is(err, ErrPointless) {
		t.Errorf("a server that is none: %v", err)
	}
	for _, number := range []order.OrderID{"", "..", "1 2"} {
		if err := (&Client{Server: "http://host", Mart: "42"}).Acknowledge(t.Context(), number); !errors.Is(err, ErrPointless) {
			t.Errorf("%q: %v", number, err)
		}
	}
}

func TestAcknowledgeGivesUpBesideARunningStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_, _ = io.ReadAll(r.Body)
				stay(r)
				return
			}
			say(w, hello)
			beat(w, r)
		}, nil)
		s.wantConnected(t, time.Second)
		began := time.Now()
		if err := s.Acknowledge(t.Context(), "a"); !errors.Is(err, errNoAnswer) || time.Since(began) != requestLimit {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if err := s.Acknowledge(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("asked to stop: %v", err)
				}
			})
		}
		both.Wait()
		s.wantConnected(t, time.Minute)
		s.wantStreams(t, 1)
	})
}
