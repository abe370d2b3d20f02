package pod

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/auth"
	"jumun/server/internal/auth/token"
	"jumun/server/internal/devices"
	"jumun/server/internal/redistest"
	"jumun/server/internal/wait"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// noting is a presence on a Redis of its own, with what it says of itself.
func noting(t testing.TB) (*presence, *redistest.Redis, *bytes.Buffer) {
	t.Helper()
	redis, log := redistest.Start(t), &bytes.Buffer{}
	devices, err := devices.Open(redis.URL(), devices.Options{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = devices.Close() })
	return newPresence(devices, slog.New(slog.NewTextHandler(log, nil))), redis, log
}

// holding is the context of a request of a device of mart 42.
func holding(ctx context.Context, device string) (context.Context, *auth.Pass) {
	c := wire.Claims{Subject: device, Name: "카운터", Marts: []order.MartID{"42"}, IssuedAt: 1_800_000_000}
	g := &auth.Grant{Token: token.Token{Claims: c}, Revoked: &auth.Revoked{}}
	return auth.With(ctx, g), g.Pass("42")
}

// ended runs p for as long as it takes to write what waits.
func (p *presence) ended(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p.run(ctx)
}

func (p *presence) connected(t *testing.T) map[string]bool {
	t.Helper()
	list, err := p.roster.Devices(t.Context(), "42")
	if err != nil {
		t.Fatal(err)
	}
	is := map[string]bool{}
	for _, d := range list {
		is[d.ID] = d.Connected
		if d.Name != "카운터" || d.PairedAt.Unix() != 1_800_000_000 || d.SeenAt.IsZero() {
			t.Errorf("it is %+v", d)
		}
	}
	return is
}

func TestWhoIsThereIsNotedWhateverTheOrderInOneBatch(t *testing.T) {
	p, _, log := noting(t)
	enter := func(device string) (leave func()) {
		ctx, pass := holding(t.Context(), device)
		stream := p.enter(ctx, pass)
		return func() { p.leave(pass, stream) }
	}
	enter("stays")
	enter("leaves")()
	enter("leaves and returns")()
	enter("leaves and returns")
	old := enter("returns before it has left")
	enter("returns before it has left")
	old()
	for n := range 2 * notesAtOnce {
		enter(fmt.Sprint("one of many ", n))()
	}
	p.ended(t)
	is := p.connected(t)
	for device, want := range map[string]bool{"stays": true, "leaves": false, "leaves and returns": true, "returns before it has left": true} {
		if got, known := is[device]; got != want || !known {
			t.Errorf("%s: connected %v, known %v", device, got, known)
		}
	}
	if len(is) != 4+2*notesAtOnce || log.Len() > 0 {
		t.Errorf("%d are known, and the log has %s", len(is), log)
	}
}

func TestStreamsAndPollsAreNotedWhileTheyAreServed(t *testing.T) {
	p, _, _ := noting(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); p.run(ctx) }()
	defer func() { cancel(); <-done }()
	await := func(device string, want bool) {
		t.Helper()
		for limit := time.Now().Add(20 * time.Second); ; wait.For(t.Context(), 10*time.Millisecond) {
			if is, known := p.connected(t)[device]; known && is == want {
				return
			} else if time.Now().After(limit) {
				t.Fatalf("%s: connected %v, known %v", device, is, known)
			}
		}
	}
	holder, pass := holding(t.Context(), "streams")
	stream := p.enter(holder, pass)
	await("streams", true)
	p.leave(pass, stream)
	await("streams", false)
	ctx, _ = holding(t.Context(), "polls")
	r := httptest.NewRequestWithContext(ctx, "GET", wire.OrdersPath("42"), nil)
	r.SetPathValue("mart", "42")
	polled := func(http.ResponseWriter, *http.Request) { await("polls", false) }
	p.polls(http.HandlerFunc(polled)).ServeHTTP(httptest.NewRecorder(), r)
}

func TestNotesThatCannotBeWrittenAreDroppedAndToldOfOnce(t *testing.T) {
	p, redis, log := noting(t)
	ctx, pass := holding(t.Context(), "pc-1")
	for range presenceRoom + 10 {
		p.enter(ctx, pass)
	}
	if said := log.String(); len(p.waiting) != presenceRoom || strings.Count(said, "too many at once") != 1 {
		t.Errorf("%d wait, and the log has %s", len(p.waiting), said)
	}
	redis.Freeze()
	defer redis.Thaw()
	began := time.Now()
	p.ended(t)
	if took := time.Since(began); took > endTimeout+5*time.Second || len(p.waiting) != 0 {
		t.Errorf("it took %v to end, and %d still wait", took, len(p.waiting))
	}
	if said := log.String(); strings.Count(said, "\n") != 1 {
		t.Errorf("the log has %s", said)
	}
}

// BenchmarkVisit is what a stream that comes and leaves costs before Redis is asked.
func BenchmarkVisit(b *testing.B) {
	p, _, _ := noting(b)
	ctx, pass := holding(b.Context(), "pc-1")
	b.ReportAllocs()
	for b.Loop() {
		p.leave(pass, p.enter(ctx, pass))
		if len(p.waiting) > 2000 {
			p.waiting = nil
		}
	}
}
