package webhook

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"jumun/server/internal/redistest"
)

func secretOf(n int) string {
	return "whsec_" + base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%032d", n)))
}

// local is a target on this machine.
func local(t *testing.T, name string, handler http.HandlerFunc) Target {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	u, _ := url.Parse(server.URL)
	secret, err := ParseSecret(secretOf(1))
	if err != nil {
		t.Fatal(err)
	}
	return Target{Name: name, URL: u, Secrets: [][]byte{secret}, AllowHTTP: true, AllowPrivate: true}
}

func TestAddressesThatAreNotPublicAreRefusedWhateverTheDNSSays(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "211.231.99.17": true, "2404:6800:400a:80e::200e": true,
		"127.0.0.1": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.0.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"198.18.0.1": false, "192.0.2.1": false, "::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false,
		"fd00::1": false, "::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true, "::127.0.0.1": false, "64:ff9b::7f00:1": false,
		"2002:7f00:1::": false, "2001:0:7f00:1::": false, "ff02::1": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %v", address, got)
		}
	}
	reached := false
	target := local(t, "x", func(http.ResponseWriter, *http.Request) { reached = true })
	target.AllowPrivate = false
	for _, host := range []string{"127.0.0.1", "localhost"} { // which the resolver answers as it likes
		target.URL.Host = host + ":" + target.URL.Port()
		if a := Send(t.Context(), target, Message{ID: "1", Body: []byte("{}")}); a.Err == nil || !strings.Contains(a.Err.Error(), "public internet") || reached {
			t.Errorf("%s: %+v", host, a)
		}
	}
}

func TestEachSecretSignsWhileTheyChange(t *testing.T) {
	verified := 0
	target := local(t, "x", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for n := range 3 {
			if verifier, err := standardwebhooks.NewWebhook(secretOf(n)); err != nil {
				t.Error(err)
			} else if err := verifier.Verify(body, r.Header); (err == nil) != (n > 0) {
				t.Errorf("secret %d: %v", n, err)
			} else {
				verified++
			}
		}
	})
	second, _ := ParseSecret(secretOf(2))
	target.Secrets = append(target.Secrets, second)
	if a := Send(t.Context(), target, Message{ID: "msg_1", Body: []byte(`{"text":"주문"}`)}); a.Err != nil || verified != 3 {
		t.Errorf("%+v, %d verified", a, verified)
	}
	for _, wrong := range []string{"", "whsec_", "secret", "whsec_!", "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 8)), "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 65))} {
		if _, err := ParseSecret(wrong); err == nil {
			t.Errorf("%q is a secret", wrong)
		}
	}
}

func TestWhatATargetAnswersDecidesWhetherAndWhenItIsTriedAgain(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	date := now.Add(2 * time.Minute).UTC().Format(http.TimeFormat)
	tests := []struct {
		name       string
		status     int
		retryAfter string
		attempts   int           // before this one
		age        time.Duration // of the message
		outcome    string
		later      time.Duration
	}{
		{"taken", 204, "", 0, 0, Sent, 0},
		{"failed once", 500, "", 0, 0, Again, 5 * time.Second},
		{"failed twice", 500, "", 1, 5 * time.Second, Again, 15 * time.Second},
		{"failed three times", 404, "", 2, 20 * time.Second, Again, time.Minute},
		{"failed often", 401, "", 9, 20 * time.Minute, Again, 5 * time.Minute},
		{"the last time", 500, "", 9, 28 * time.Minute, Again, 2 * time.Minute},
		{"after that", 500, "", 9, 30 * time.Minute, Failed, 0},
		{"it wants to be left alone for a while", 429, "90", 0, 0, Again, 90 * time.Second},
		{"until a time", 503, date, 0, 0, Again, 2 * time.Minute},
		{"for ever", 503, "999999999999", 0, 0, Again, 30 * time.Minute},
		{"nonsense", 503, "soon", 0, 0, Again, 5 * time.Second},
		{"it redirects", 302, "", 0, 0, Again, 5 * time.Second},
		{"it is gone", 410, "", 0, 0, Failed, 5 * time.Second},
	}
	d := NewDeliverer(NewQueue(nil, local(t, "x", nil)), nil, slog.New(slog.DiscardHandler))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := &http.Response{StatusCode: tt.status, Header: http.Header{"Retry-After": {tt.retryAfter}}, Body: io.NopCloser(strings.NewReader("\xff no \n thanks"))}
			m := &takenMessage{waitingMessage: waitingMessage{Added: now.Add(-tt.age).UnixMilli(), Attempts: tt.attempts + 1}}
			outcome, later, off := d.judge(m, judge(res, now), now)
			if outcome != tt.outcome || outcome == Again && later != tt.later || (off != "") != (tt.status == 410) {
				t.Errorf("%s in %v, off %q", outcome, later, off)
			}
			if outcome != Sent && !strings.Contains(m.Said, "no thanks") {
				t.Errorf("it said %q", m.Said)
			}
		})
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	reached := false
	elsewhere := local(t, "y", func(http.ResponseWriter, *http.Request) { reached = true })
	target := local(t, "x", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL.String(), http.StatusTemporaryRedirect)
	})
	if a := Send(t.Context(), target, Message{ID: "1", Body: []byte("{}")}); a.Status != http.StatusTemporaryRedirect || a.Err == nil || reached {
		t.Errorf("%+v", a)
	}
	target.AllowHTTP = false
	if a := Send(t.Context(), target, Message{ID: "1", Body: []byte("{}")}); a.Err == nil || a.Status != 0 {
		t.Errorf("http is not refused: %+v", a)
	}
}

func dial(t *testing.T, r *redistest.Redis) redis.UniversalClient {
	t.Helper()
	opts, err := redis.ParseURL(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(opts)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// until waits until something is so.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not so: %s", what)
		}
	}
}

func TestATargetThatNeverAnswersDelaysNoOtherAndWhatIsAddedTwiceIsSentOnce(t *testing.T) {
	client, release := dial(t, redistest.Start(t)), make(chan struct{})
	var got atomic.Int32
	dead := NewQueue(client, local(t, "dead", func(http.ResponseWriter, *http.Request) { <-release }))
	good := NewQueue(client, local(t, "good", func(http.ResponseWriter, *http.Request) { got.Add(1) }))
	for _, q := range []*Queue{dead, good} {
		for n := range 10 {
			for again := range 2 {
				added, err := q.Add(t.Context(), Message{fmt.Sprint("msg_", n), []byte("{}")}, "test", time.Now())
				if err != nil || added != (again == 0) {
					t.Fatalf("%d: added %v, %v", n, added, err)
				}
			}
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, q := range []*Queue{dead, good} {
		d := NewDeliverer(q, func(string, string) {}, slog.New(slog.DiscardHandler))
		running.Go(func() { d.Run(ctx) })
	}
	until(t, "the good one has all", func() bool {
		s, err := good.Status(t.Context())
		return err == nil && s.Waiting == 0
	})
	if added, err := good.Add(t.Context(), Message{"msg_1", []byte("{}")}, "test", time.Now()); added || err != nil || got.Load() != 10 {
		t.Errorf("what was sent is added again: %v, %v; %d came", added, err, got.Load())
	}
	stop()
	close(release)
	running.Wait()
	if s, err := dead.Status(t.Context()); err != nil || s.Waiting != 6 { // four had begun
		t.Errorf("%+v, %v", s, err)
	}
}

// For half an hour nothing is given up, and all that time nobody outside hears anything.
func TestATargetThatTakesNothingIsSaidToFailBeforeAnythingIsGivenUp(t *testing.T) {
	client, status := dial(t, redistest.Start(t)), atomic.Int32{}
	status.Store(http.StatusInternalServerError)
	q := NewQueue(client, local(t, "broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
	if _, err := q.Add(t.Context(), Message{"msg_1", []byte("{}")}, "test", time.Now()); err != nil {
		t.Fatal(err)
	}
	if s, err := q.Status(t.Context()); err != nil || s.Failing != "" || s.Waiting != 1 {
		t.Errorf("before the first attempt: %+v, %v", s, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	d := NewDeliverer(q, func(string, string) {}, slog.New(slog.DiscardHandler))
	running.Go(func() { d.Run(ctx) })
	defer running.Wait()
	defer stop()
	failing := func() string {
		s, err := q.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Failing
	}
	until(t, "it fails", func() bool { return strings.Contains(failing(), "500") })
	for n := range 20 { // those that have not been tried yet do not hide it
		if _, err := q.Add(t.Context(), Message{fmt.Sprint("msg_new_", n), []byte("{}")}, "test", time.Now()); err != nil || failing() == "" {
			t.Fatalf("with %d more: %q, %v", n, failing(), err)
		}
	}
	status.Store(http.StatusNoContent)
	until(t, "it is well again", func() bool { return failing() == "" })
}

func TestAnAnswerThatIsLateHoldsUpNoOtherMessageOfItsTarget(t *testing.T) {
	client, release := dial(t, redistest.Start(t)), make(chan struct{})
	var got atomic.Int32
	q := NewQueue(client, local(t, "late once", func(http.ResponseWriter, *http.Request) {
		if got.Add(1) == 1 {
			<-release
		}
	}))
	for n := range 10 {
		if _, err := q.Add(t.Context(), Message{fmt.Sprint("msg_", n), []byte("{}")}, "test", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var late atomic.Bool
	count := func(_, outcome string) { late.Store(late.Load() || outcome != Sent) }
	running.Go(func() { NewDeliverer(q, count, slog.New(slog.DiscardHandler)).Run(ctx) })
	until(t, "the others have come", func() bool { return got.Load() == 10 })
	if late.Load() {
		t.Error("they came when the first one was given up")
	}
	close(release)
	stop()
	running.Wait()
}

func TestAQueueIsBoundedAndWhatSomebodyTookAndDidNotFinishIsDueAgain(t *testing.T) {
	client := dial(t, redistest.Start(t))
	q := NewQueue(client, local(t, "x", nil))
	for n := range maxWaiting {
		if added, err := q.Add(t.Context(), Message{fmt.Sprint(n), []byte("{}")}, "test", time.Now()); !added || err != nil {
			t.Fatal(added, err)
		}
	}
	if _, err := q.Add(t.Context(), Message{"one more", []byte("{}")}, "test", time.Now()); err != ErrFull {
		t.Errorf("got %v", err)
	}
	first, _, err := q.take(t.Context(), maxWaiting, time.Millisecond)
	if err != nil || len(first) != maxWaiting {
		t.Fatal(len(first), err)
	}
	until(t, "they are due again", func() bool {
		again, _, err := q.take(t.Context(), maxWaiting, time.Hour)
		return err == nil && len(again) == maxWaiting
	})
	if none, _, err := q.take(t.Context(), 1, time.Hour); err != nil || len(none) != 0 {
		t.Errorf("taken by two: %v, %v", none, err)
	}
	first[0].Said, first[0].Type = "answers 500", "order.unconfirmed"
	if err := q.finish(t.Context(), Failed, first[0], 0, ""); err != nil {
		t.Fatal(err)
	}
	if s, err := q.Status(t.Context()); err != nil || s.Waiting != maxWaiting-1 || len(s.Failures) != 1 || s.Failures[0].Error != "answers 500" || s.Failures[0].Type != "order.unconfirmed" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestATargetWhoseURLIsPutRightGetsWhatWaitsAndMayWantMessagesAgain(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: strings.TrimPrefix(redistest.Start(t).URL(), "redis://")})
	t.Cleanup(func() { client.Close() })
	wrong := local(t, "office", nil)
	right := wrong
	right.URL, _ = url.Parse("http://127.0.0.1:1/right")
	old, put := NewQueue(client, wrong), NewQueue(client, right)
	if _, err := old.Add(t.Context(), Message{ID: "1", Body: []byte("{}")}, "x", time.Now()); err != nil {
		t.Fatal(err)
	}
	taken, _, err := put.take(t.Context(), 9, time.Minute)
	if err != nil || len(taken) != 1 || taken[0].id != "1" {
		t.Fatalf("took %v, %v", taken, err)
	}
	if err := old.finish(t.Context(), Failed, taken[0], 0, "410 Gone"); err != nil {
		t.Fatal(err)
	}
	if _, err := old.Add(t.Context(), Message{ID: "2", Body: []byte("{}")}, "x", time.Now()); err != ErrOff {
		t.Errorf("at the URL that answered 410: %v", err)
	}
	if added, err := put.Add(t.Context(), Message{ID: "3", Body: []byte("{}")}, "x", time.Now()); !added || err != nil {
		t.Errorf("at the other one: %v, %v", added, err)
	}
}
