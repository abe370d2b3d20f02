package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"jumun/shared/wire"
)

func post(in *Intake, method, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	in.ServeHTTP(w, httptest.NewRequest(method, wire.PublishPath, strings.NewReader(body)))
	return w
}

func TestAPublishedOrderIsAnsweredByWhatBecameOfIt(t *testing.T) {
	tests := []struct {
		name, method, body string
		status             int
		want               string
	}{
		{"an order", "POST", `{"martId":42,"orderId":1001}`, 202, `{"id":"","duplicate":false}`},
		{"the same again", "POST", `{"martId":"42","orderId":"1001"}`, 202, `"duplicate":true`},
		{"an order of a mart they may not publish for", "POST", `{"martId":43,"orderId":1001}`, 403, wire.ProblemForbidden},
		{"no order", "POST", `{"martId":42}`, 400, wire.ProblemMalformed},
		{"nothing", "POST", ``, 400, wire.ProblemMalformed},
		{"a megabyte", "POST", `{"martId":42,"orderId":1,"summary":"` + strings.Repeat("x", 1<<20) + `"}`, 413, wire.ProblemTooLarge},
		{"another method", "GET", ``, 405, wire.ProblemMethod},
	}
	l := newLedger()
	in := l.intake()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(in, tt.method, tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
	if fmt.Sprint(l.orders) != "map[42:[1001]]" {
		t.Errorf("recorded %v", l.orders)
	}
}

func TestAPublisherIsToldToComeAgainWhenTheLogFails(t *testing.T) {
	l := newLedger()
	l.working = func(context.Context) error { return errors.New("connection refused") }
	w := post(l.intake(), "POST", `{"martId":42,"orderId":1001}`)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), wire.ProblemNotReady) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestMoreRequestsThanCanBeTakenAreRefusedAtOnce(t *testing.T) {
	l := newLedger()
	started, end := make(chan struct{}, maxAttemptsOfMart), make(chan struct{})
	l.working = func(context.Context) error { started <- struct{}{}; <-end; return nil }
	in := l.intake()
	var wg sync.WaitGroup
	for i := range maxAttemptsOfMart {
		wg.Go(func() { post(in, "POST", fmt.Sprintf(`{"martId":42,"orderId":%d}`, i)) })
	}
	for range maxAttemptsOfMart {
		<-started
	}
	if w := post(in, "POST", `{"martId":42,"orderId":"late"}`); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), wire.ProblemBusy) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	close(end)
	wg.Wait()
	if w := post(in, "POST", `{"martId":42,"orderId":"late"}`); w.Code != http.StatusAccepted {
		t.Errorf("afterwards %d %s", w.Code, w.Body)
	}
}

func TestWhileAMartFailsOneRequestAtATimeIsTried(t *testing.T) {
	l := newLedger()
	started, end := make(chan struct{}, 2), make(chan struct{})
	l.working = func(context.Context) error { started <- struct{}{}; <-end; return errors.New("WRONGTYPE") }
	in := l.intake()
	var wg sync.WaitGroup
	try := func(number int) {
		wg.Go(func() { post(in, "POST", fmt.Sprintf(`{"martId":42,"orderId":%d}`, number)) })
		<-started
	}
	try(1)
	end <- struct{}{}
	wg.Wait()
	try(2)
	if w := post(in, "POST", `{"martId":42,"orderId":3}`); w.Code != http.StatusServiceUnavailable || l.counts[Failed] != 1 {
		t.Errorf("%d %s, %d failed", w.Code, w.Body, l.counts[Failed])
	}
	close(end)
	wg.Wait()
}
