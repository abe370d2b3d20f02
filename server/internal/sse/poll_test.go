package sse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"jumun/shared/order"
	"jumun/shared/wire"
)

// poll asks once, and returns the answer with the numbers of its orders.
func poll(t *testing.T, c *counted, query string) (*recorder, wire.Polled, []string) {
	t.Helper()
	w := newRecorder()
	New(c.Options).Poll(w, get(t, wire.OrdersPath("42")+query))
	var answer wire.Polled
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %q", err, w.Body)
	}
	var numbers []string
	for _, e := range answer.Events {
		if e.Event == wire.OrderEvent {
			got, err := wire.ParseOrder(string(e.ID), string(e.Data))
			if err != nil || nth(int(got.At.UnixMilli())) != e.ID {
				t.Fatalf("%+v: %v", e, err)
			}
			numbers = append(numbers, string(got.Order))
		}
	}
	return w, answer, numbers
}

func TestAPollAnswersWithWhatFollows(t *testing.T) {
	tests := []struct {
		name, query  string
		log, trimmed int
		want         []string
		last         order.ID
		more         bool
	}{
		{"a new device while orders are open", "", 3, 0, numbers(1, 3), "3-0", false},
		{"a new device while nothing is open", "", 3, 3, nil, "3-0", false},
		{"a new device of a mart that never had an order", "?after=&wait=&limit=", 0, 0, nil, "0-0", false},
		{"what was missed", "?after=1-0", 3, 0, numbers(2, 3), "3-0", false},
		{"nothing was missed", "?after=3-0&wait=0", 3, 0, nil, "3-0", false},
		{"as many as are wanted", "?after=0-0&limit=2", 3, 0, numbers(1, 2), "2-0", true},
		{"as many as there are by default", "?after=0-0", 300, 0, numbers(1, 256), "256-0", true},
		{"no more than there may be", "?after=0-0&limit=99999999999999999999", 2000, 0, numbers(1, 1024), "1024-0", true},
		{"a log that does not reach back, at once", "?after=1-0&wait=60", 9, 5, numbers(6, 9), "9-0", false},
		{"a log that vanished, at once", "?after=1-0&wait=60", 0, 0, nil, "", false},
		{"what is no ID, at once", "?after=garbage&wait=60", 2, 0, numbers(1, 2), "2-0", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(tt.log)
			m.trimmed = tt.trimmed
			c := options(m)
			w, answer, got := poll(t, c, tt.query)
			if w.Code != 200 || !slices.Equal(got, tt.want) || answer.Last != tt.last || answer.More != tt.more || c.delivered != len(tt.want) {
				t.Errorf("%d, got %d orders, last %q, more %v, delivered %d", w.Code, len(got), answer.Last, answer.More, c.delivered)
			}
			if h := w.Header(); h.Get("Content-Type") != "application/json" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("header %v", h)
			}
			if answer.Events == nil {
				t.Error("events are null")
			}
		})
	}
}

func TestAPollSaysWhatAStreamSays(t *testing.T) {
	m := newMemory(1)
	m.log = append(m.log, order.Event{ID: "2-0", Mart: "42", Order: "1", Kind: order.Acked, By: "카운터", At: m.log[0].At},
		order.Event{ID: "3-0", Mart: "42", Order: "1", Kind: "refund"})
	c := options(m)
	c.Event = "주문"
	w, _, _ := poll(t, c, "?after=7-7")
	want := `{"events":[` +
		`{"event":"gap","data":{"after":"7-7","oldest":"1-0"}},` +
		`{"event":"주문","id":"1-0","data":{"martId":"42","orderId":"1","message":"1 주문 발생","at":"1970-01-01T00:00:00.001Z"}},` +
		`{"event":"ack","id":"2-0","data":{"orderId":"1","device":"카운터","at":"1970-01-01T00:00:00.001Z"}}],` +
		`"last":"3-0","more":false}` + "\n"
	if w.Body.String() != want || fmt.Sprint(c.resumed) != "[gap]" || c.delivered != 2 {
		t.Errorf("counted %v, got  %s\nwant %s", c.resumed, w.Body, want)
	}
	w, answer, _ := poll(t, c, "?after=%3Cscript%3E")
	if string(answer.Events[0].Data) != `{"after":"","oldest":"1-0"}` || fmt.Sprint(c.resumed) != "[gap malformed]" {
		t.Errorf("counted %v, got %s", c.resumed, w.Body)
	}
}

func TestAPollWithAQueryThatMakesNoSenseIsToldSo(t *testing.T) {
	tests := []struct {
		name, query string
		want        pollQuery // zero: refused
	}{
		{"nothing", "", pollQuery{nil, 0, 256}},
		{"everything empty", "after=&wait=&limit=", pollQuery{[]string{""}, 0, 256}},
		{"everything", "after=5-1&wait=30&limit=10", pollQuery{[]string{"5-1"}, 30 * time.Second, 10}},
		{"the largest", "wait=50&limit=1024", pollQuery{nil, 50 * time.Second, 1024}},
		{"larger than the largest", "wait=51&limit=1025", pollQuery{nil, 50 * time.Second, 1024}},
		{"as long as devices of before wait", "wait=60", pollQuery{nil, 50 * time.Second, 256}},
		{"larger than numbers are", "wait=99999999999999999999&limit=99999999999999999999", pollQuery{nil, 50 * time.Second, 1024}},
		{"parameters of newer devices", "x=1&wait=1", pollQuery{nil, time.Second, 256}},
		{"a negative wait", "wait=-1", pollQuery{}},
		{"a wait with a unit", "wait=30s", pollQuery{}},
		{"a fraction", "wait=0.5", pollQuery{}},
		{"a sign", "wait=%2B5", pollQuery{}},
		{"a space", "wait=+5", pollQuery{}},
		{"hexadecimal", "limit=0x10", pollQuery{}},
		{"no events", "limit=0", pollQuery{}},
		{"fewer than no events", "limit=-1", pollQuery{}},
		{"no number", "limit=all", pollQuery{}},
		{"two", "limit=1&limit=2", pollQuery{}},
		{"two, one of them empty", "limit=&limit=2", pollQuery{}},
		{"what is no query", "after=%zz", pollQuery{}},
		{"a semicolon", "wait=1;limit=2", pollQuery{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseQuery(tt.query)
			if refused := tt.want.limit == 0; refused != (err != nil) || fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
			if err != nil {
				w := newRecorder()
				New(options(newMemory(0)).Options).Poll(w, get(t, wire.OrdersPath("42")+"?"+tt.query))
				if w.Code != 400 || !strings.Contains(w.Body.String(), wire.ProblemQuery) {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
}

func FuzzQuestion(f *testing.F) {
	f.Add("after=5-1&wait=30&limit=10")
	f.Add("wait=99999999999999999999&limit=")
	f.Add("%zz;&&=")
	f.Fuzz(func(t *testing.T, query string) {
		q, err := parseQuery(query)
		if err != nil {
			if len(err.Error()) > 100 {
				t.Fatalf("the error repeats what was sent: %v", err)
			}
			return
		}
		if q.wait < 0 || q.wait > wire.MaxWait || q.limit < 1 || q.limit > wire.MaxLimit {
			t.Fatalf("%q is %+v", query, q)
		}
	})
}

// In a bubble time passes only when everybody waits, and nobody may be left in the end.
func TestALongPollIsHeldBackUntilThereIsSomething(t *testing.T) {
	tests := []struct {
		name   string
		at     time.Duration
		what   func(m *memory, leave func())
		after  time.Duration // how long the answer takes
		want   []string
		status int
	}{
		{"an order comes", 7 * time.Second, func(m *memory, _ func()) { m.happen() }, 7 * time.Second, numbers(4, 4), 200},
		{"two come at once", 7 * time.Second, func(m *memory, _ func()) { m.record(); m.happen() }, 7 * time.Second, numbers(4, 5), 200},
		{"nothing comes", time.Hour, func(*memory, func()) {}, 30 * time.Second, nil, 200},
		{"an order comes that nobody hears of", 7 * time.Second, func(m *memory, _ func()) { m.record() }, 30 * time.Second, numbers(4, 4), 200},
		{"the server stops", 7 * time.Second, func(m *memory, _ func()) { m.drain(); m.shed(wire.ByeDrain) }, 7 * time.Second, nil, 200},
		{"the server stops when there is something", 7 * time.Second, func(m *memory, _ func()) { m.record(); m.shed(wire.ByeDrain) }, 7 * time.Second, numbers(4, 4), 200},
		{"Redis goes away", 7 * time.Second, func(m *memory, _ func()) { m.fail(errors.New("away")); m.shed(wire.ByeDrain) }, 7 * time.Second, nil, 503},
		{"its token is revoked", 7 * time.Second, func(m *memory, _ func()) { m.revoke() }, 7 * time.Second, nil, 401},
		{"an order comes when its token is revoked", 7 * time.Second, func(m *memory, _ func()) { m.happen(); m.revoke() }, 7 * time.Second, nil, 401},
		{"its token is revoked, and it is only told", 7 * time.Second, func(m *memory, _ func()) { m.happen(); m.shed(wire.ByeRevoked) }, 7 * time.Second, nil, 401},
		{"the device goes away", 7 * time.Second, func(_ *memory, leave func()) { leave() }, 7 * time.Second, nil, 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMemory(3)
				c := options(m)
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				defer time.AfterFunc(tt.at, func() { tt.what(m, leave) }).Stop()
				start, w := time.Now(), newRecorder()
				New(c.Options).Poll(w, get(t, wire.OrdersPath("42")+"?after=3-0&wait=30").WithContext(ctx))
				took := time.Since(start)
				var answer wire.Polled
				_ = json.Unmarshal(w.Body.Bytes(), &answer)
				if took != tt.after || w.Code != tt.status || len(answer.Events) != len(tt.want) || m.joined() != 0 {
					t.Errorf("%d after %v, %d joined: %s", w.Code, took, m.joined(), w.Body)
				}
				if closes := w.Header().Get("Connection") == "close"; closes != m.isDraining() {
					t.Errorf("closes the connection: %v", closes)
				}
			})
		})
	}
}

// What a poll was promised until its token ends it gets; the next one is refused.
func TestALongPollIsAnsweredWhenItsTokenEnds(t *testing.T) {
	tests := []struct {
		name     string
		expires  time.Duration // from the beginning of the poll
		recorded bool          // an order that nobody hears of, while it waits
		after    time.Duration // how long the answer takes
		want     []string
		joins    bool
	}{
		{"while it waits", 12 * time.Second, false, 12 * time.Second, nil, true},
		{"while it waits, and there is something", 12 * time.Second, true, 12 * time.Second, numbers(4, 4), true},
		{"after it waited", 31 * time.Second, true, 30 * time.Second, numbers(4, 4), true},
		{"just now", 0, false, 0, nil, false},
		{"before it began", -time.Second, false, 0, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, joins := newMemory(3), false
				m.expires = time.Now().Add(tt.expires)
				m.moment = func(what string) { joins = joins || what == "after joining" }
				if tt.recorded {
					defer time.AfterFunc(7*time.Second, func() { m.record() }).Stop()
				}
				start := time.Now()
				w, _, got := poll(t, options(m), "?after=3-0&wait=30")
				if took := time.Since(start); took != tt.after || w.Code != 200 || !slices.Equal(got, tt.want) || joins != tt.joins || m.joined() != 0 {
					t.Errorf("%d after %v, joined: %v, %d still: %s", w.Code, took, joins, m.joined(), w.Body)
				}
			})
		})
	}
}

// What is recorded while a poll is not heard yet wakes it nevertheless.
func TestNoOrderHidesFromALongPollWhileItJoins(t *testing.T) {
	for _, when := range []string{"before a page", "after a page", "before joining", "after joining"} {
		for _, published := range []bool{true, false} {
			t.Run(fmt.Sprint(when, published), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m := newMemory(3)
					c := options(m)
					m.moment = func(what string) {
						if what != when {
							return
						}
						m.moment = func(string) {}
						if e := m.record(); published {
							m.publish(int(e.At.UnixMilli()))
						}
					}
					start := time.Now()
					if _, _, got := poll(t, c, "?after=3-0&wait=60"); fmt.Sprint(got) != "[4]" || time.Since(start) != 0 {
						t.Errorf("got %v after %v", got, time.Since(start))
					}
				})
			})
		}
	}
}

func TestAPollThatCannotBeAnsweredIsToldToComeBack(t *testing.T) {
	away := errors.New("connection refused")
	tests := []struct {
		name, query string
		fail        func(*memory)
		problem     string
	}{
		{"Redis is away", "", func(m *memory) { m.fail(away) }, wire.ProblemNotReady},
		{"the mart cannot be heard", "?after=1-0&wait=1", func(m *memory) { m.deaf = away }, wire.ProblemNotReady},
		{"the server stops", "", (*memory).drain, wire.ProblemDraining},
		{"the server stops just now", "?after=1-0&wait=1", func(m *memory) { m.moment = func(string) { m.drain() } }, wire.ProblemDraining},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newMemory(1)
			tt.fail(m)
			w := newRecorder()
			New(options(m).Options).Poll(w, get(t, wire.OrdersPath("42")+tt.query))
			isProblem(t, w.ResponseRecorder, 503, tt.problem)
		})
	}
}

// Over a real connection, one after another, as devices behind bad proxies do.
func TestADeviceThatPollsGetsEverythingOnce(t *testing.T) {
	m := newMemory(10)
	server := httptest.NewServer(mux(options(m)))
	defer server.Close()
	var got []string
	for last := order.ID("0-0"); len(got) < 30; {
		res, err := http.Get(server.URL + wire.OrdersPath("42") + "?limit=4&wait=5&after=" + string(last))
		if err != nil {
			t.Fatal(err)
		}
		var answer wire.Polled
		err = json.NewDecoder(res.Body).Decode(&answer)
		res.Body.Close()
		if err != nil || len(answer.Events) == 0 {
			t.Fatalf("%v, %+v", err, answer)
		}
		for _, e := range answer.Events {
			o, _ := wire.ParseOrder(string(e.ID), string(e.Data))
			got = append(got, string(o.Order))
		}
		if last = answer.Last; !answer.More && len(got) < 30 {
			go m.happen() // it finds the poll before, within or after its wait
		}
	}
	if !slices.Equal(got, numbers(1, 30)) {
		t.Errorf("got %v", got)
	}
}
