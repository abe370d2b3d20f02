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
	"testing/synctest"
	"time"

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

func TestAMartMayHaveABacklogButNotThousandsASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLedger()
		in := l.intake()
		send := func(number int) int {
			return post(in, "POST", fmt.Sprintf(`{"martId":42,"orderId":%d}`, number)).Code
		}
		in.rates.of("42").ReserveN(time.Now(), martBurst-2)
		for range 50 { // repeats are not counted
			if code := send(1); code != http.StatusAccepted {
				t.Fatalf("status %d", code)
			}
		}
		l.working = func(context.Context) error { return errors.New("connection refused") }
		send(2) // nor is what was not recorded
		l.working = func(context.Context) error { return nil }
		if code := send(2); code != http.StatusAccepted {
			t.Errorf("status %d", code)
		}
		w := post(in, "POST", `{"martId":42,"orderId":3}`)
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || l.counts[Refused] != 1 {
			t.Errorf("too many: %d %v, %v", w.Code, w.Header(), l.counts)
		}
		for range 100 {
			send(3)
		}
		if done := in.TakeEntries([]map[string]any{{"martId": "42", "orderId": "4"}}); !done[0] {
			t.Error("an entry of the intake stream was held up")
		}
		if n := strings.Count(l.said.String(), "more orders of one mart"); n != 1 || !strings.Contains(l.said.String(), "mart=42") {
			t.Errorf("%d lines: %s", n, l.said.String())
		}
		time.Sleep(time.Second)
		taken := 0
		for i := range 100 {
			if send(100+i) == http.StatusAccepted {
				taken++
			}
		}
		if taken != martRate {
			t.Errorf("a second later %d were taken", taken)
		}
	})
}

func TestAWithdrawalCountsAsAnOrder(t *testing.T) {
	in := newLedger().intake()
	before := in.rates.of("42").Tokens()
	post(in, "POST", `{"martId":42,"orderId":1}`)
	post(in, "POST", `{"martId":42,"orderId":1,"cancelled":true}`) // the ledger says that it is a repeat
	if used := before - in.rates.of("42").Tokens(); used < 1.5 {
		t.Errorf("%v orders are counted", used)
	}
}
