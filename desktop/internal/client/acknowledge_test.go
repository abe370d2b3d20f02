package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// acksOf returns acks of orders with these numbers; the ID of each is its number and "-0".
func acksOf(numbers ...string) (acks []wire.AckOf) {
	for _, n := range numbers {
		acks = append(acks, wire.AckOf{ID: order.ID(n + "-0"), OrderID: order.OrderID(n)})
	}
	return acks
}

// problemOf answers with one of our problem documents.
func problemOf(status int, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", wire.ProblemType)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(wire.Problem{Type: kind, Status: status, Detail: "detail of " + kind})
	}
}

// outcome answers with the same outcome for every ack.
func outcome(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body wire.Acks
		_ = json.NewDecoder(r.Body).Decode(&body)
		var said wire.AcksAnswer
		for _, a := range body.Acks {
			said.Acks = append(said.Acks, wire.AckOutcome{ID: a.ID, Outcome: name})
		}
		text, _ := json.Marshal(said)
		answer(w, string(text))
	}
}

func TestWhatBecomesOfAnAcknowledgement(t *testing.T) {
	page := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(code)
			_, _ = io.WriteString(w, "<!DOCTYPE html>")
		}
	}
	tests := []struct {
		name    string
		answer  http.HandlerFunc
		outcome string // empty: it has to be sent again
		err     string // in the error; empty: none
	}{
		{"confirmed", outcome(wire.OutcomeConfirmed), wire.OutcomeConfirmed, ""},
		{"somebody was earlier", outcome(wire.OutcomeAlready), wire.OutcomeAlready, ""},
		{"the log has lost it", outcome(wire.OutcomeUnknown), wire.OutcomeUnknown, ""},
		{"not now", outcome(wire.OutcomeLater), wire.OutcomeLater, ""},
		{"an answer without it", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"acks":[]}`) }, "", ""},
		{"an answer of success that promises nothing", status(204), "", "204"},
		{"the server cannot read it", problemOf(400, wire.ProblemMalformed), OutcomeRefused, ""},
		{"an ingress that is being rolled out", page(404), "", "404"},
		{"a proxy that forbids POST", page(405), "", "405"},
		{"a proxy that has removed the page", page(410), "", "410"},
		{"a proxy that takes less", page(413), "", "413"},
		{"a proxy that does not like it", page(400), "", "400"},
		{"JSON of another program", func(w http.ResponseWriter, _ *http.Request) { answer(w, `[]`) }, "", errNotServer.Error()},
		{"a revoked device, until somebody pairs it", problemOf(401, wire.ProblemRevoked), "", "revoked"},
		{"a device of another mart", problemOf(403, wire.ProblemForbidden), "", "forbidden"},
		{"too many", problemOf(429, wire.ProblemTooMany), "", "too many"},
		{"a broken server", status(500), "", "500"},
		{"one that is stopping, in its words", problemOf(503, wire.ProblemDraining), "", "draining"},
		{"the login page of a network", page(200), "", errNotServer.Error()},
		{"a redirect to that page", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusTemporaryRedirect)
		}, "", errRedirected.Error()},
		{"a cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "", "EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.answer)
			defer server.Close()
			got, err := (&Client{Server: server.URL, Mart: "42", Device: "카운터"}).Acknowledge(t.Context(), acksOf("1001"))
			if (err == nil) != (tt.err == "") || (err != nil && !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("error %v, want %q in it", err, tt.err)
			}
			if !slices.Equal(got, []string{tt.outcome}) {
				t.Errorf("outcome %q, want %q", got, tt.outcome)
			}
		})
	}
}

func TestAcknowledgeSaysWhichOrdersAndWho(t *testing.T) {
	var got, body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		got, body = r.Method+" "+r.RequestURI+" "+r.Header.Get("Content-Type"), string(sent)
		answer(w, `{"acks":[{"id":"1-0","outcome":"later"},{"id":"가#1-0","outcome":"confirmed"}]}`)
	}))
	defer server.Close()
	f := &Client{Server: server.URL + "/", Mart: "강남", Device: "카운터"}
	outcomes, err := f.Acknowledge(t.Context(), acksOf("가#1", "1"))
	if err != nil || !slices.Equal(outcomes, []string{wire.OutcomeConfirmed, wire.OutcomeLater}) {
		t.Fatal(outcomes, err)
	}
	if want := "POST /v1/marts/%EA%B0%95%EB%82%A8/acks application/json"; got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if want := `{"acks":[{"id":"가#1-0","orderId":"가#1"},{"id":"1-0","orderId":"1"}],"device":"카운터"}`; body != want {
		t.Errorf("body %q, want %q", body, want)
	}
}

func TestOneThatTheServerRefusesHoldsUpNoOther(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"7-0"`) {
			problemOf(400, wire.ProblemMalformed)(w, r)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		outcome(wire.OutcomeConfirmed)(w, r)
	}))
	defer server.Close()
	var numbers, want []string
	for n := range 20 {
		numbers, want = append(numbers, strconv.Itoa(n)), append(want, wire.OutcomeConfirmed)
	}
	want[7] = OutcomeRefused
	got, err := (&Client{Server: server.URL, Mart: "42"}).Acknowledge(t.Context(), acksOf(numbers...))
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

// oldServer has no path for acks by ID, and refuses one of the numbers.
func oldServer(asked *[]string, refused string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+wire.AckPattern, func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.PathValue("order"))
		if r.PathValue("order") == refused {
			problemOf(503, wire.ProblemNotReady)(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.Path)
		problemOf(404, wire.ProblemNoSuchPath)(w, r)
	})
	return mux
}

func TestAServerOfBeforeIsToldTheNumbers(t *testing.T) {
	var asked []string
	server := httptest.NewServer(oldServer(&asked, "3"))
	defer server.Close()
	f := &Client{Server: server.URL, Mart: "42", Device: "카운터"}
	got, err := f.Acknowledge(t.Context(), acksOf("1", "2/1", "3", "4"))
	if want := []string{wire.OutcomeConfirmed, "", "", wire.OutcomeConfirmed}; !slices.Equal(got, want) || !errors.Is(err, ErrLater) {
		t.Errorf("%q, %v", got, err)
	}
	_, _ = f.Acknowledge(t.Context(), acksOf("5"))
	if want := []string{"/v1/marts/42/acks", "1", "3", "4", "5"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	if err := f.Reopen(t.Context(), acksOf("1")[0]); !errors.Is(err, ErrTooLate) {
		t.Errorf("taken back: %v", err)
	}
	(&reader{Client: f.withDefaults()}).tell(State{Name: "connected"})
	asked = nil
	if _, _ = f.Acknowledge(t.Context(), acksOf("6")); asked[0] != "/v1/marts/42/acks" {
		t.Errorf("after the next connect it asked %q", asked)
	}
}

func TestReopen(t *testing.T) {
	tests := []struct {
		name        string
		answer      http.HandlerFunc
		done, final bool
	}{
		{"done", status(204), true, true},
		{"too late", problemOf(409, wire.ProblemTooLate), false, true},
		{"malformed", problemOf(400, wire.ProblemMalformed), false, true},
		{"a page in between", status(404), false, false},
		{"a broken server", status(500), false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var body, path string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sent, _ := io.ReadAll(r.Body)
				body, path = string(sent), r.URL.Path
				tt.answer(w, r)
			}))
			defer server.Close()
			err := (&Client{Server: server.URL, Mart: "42", Device: "카운터"}).Reopen(t.Context(), acksOf("1")[0])
			if (err == nil) != tt.done || errors.Is(err, ErrTooLate) != (tt.final && !tt.done) {
				t.Error(err)
			}
			if body != `{"id":"1-0","orderId":"1","device":"카운터"}` || path != "/v1/marts/42/reopen" {
				t.Errorf("sent %s to %s", body, path)
			}
		})
	}
}

func TestAcknowledgeRefusesWhatMakesNoAddress(t *testing.T) {
	got, err := (&Client{Server: "host", Mart: "42"}).Acknowledge(t.Context(), acksOf("1"))
	if err == nil || !slices.Equal(got, []string{""}) {
		t.Errorf("a server that is none: %q, %v", got, err)
	}
}

func TestAServerThatIsAskedTooOftenSaysHowLongToWait(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "17")
		problemOf(429, wire.ProblemTooMany)(w, r)
	}))
	defer server.Close()
	_, err := (&Client{Server: server.URL, Mart: "42"}).Acknowledge(t.Context(), acksOf("1"))
	if busy := new(TooManyError); !errors.As(err, &busy) || busy.Wait != 17*time.Second {
		t.Error(err)
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
		if _, err := s.Acknowledge(t.Context(), acksOf("a")); !errors.Is(err, errNoAnswer) || time.Since(began) != requestLimit {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if _, err := s.Acknowledge(ctx, acksOf("a")); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("asked to stop: %v", err)
				}
			})
		}
		both.Wait()
		s.wantConnected(t, time.Minute)
		s.wantStreams(t, 1)
	})
}
