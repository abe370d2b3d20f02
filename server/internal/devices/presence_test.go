package devices

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"jumun/server/internal/redistest"
	"jumun/server/internal/wait"
	"jumun/shared/wire"
)

// noting is a presence on a Redis of its own, with what it says of itself.
func noting(t testing.TB) (*Presence, *redistest.Redis, *bytes.Buffer) {
	t.Helper()
	redis, log := redistest.Start(t), &bytes.Buffer{}
	return NewPresence(open(t, redis.URL()), slog.New(slog.NewTextHandler(log, nil))), redis, log
}

// counter is a device of mart 42.
func counter(id string) wire.Device {
	return wire.Device{ID: id, Name: "카운터", MartID: "42", PairedAt: time.Unix(1_800_000_000, 0)}
}

// ended runs p for as long as it takes to write what waits.
func (p *Presence) ended(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p.Run(ctx)
}

func (p *Presence) connected(t *testing.T) map[string]bool {
	t.Helper()
	list, err := p.registry.Devices(t.Context(), "42")
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
		stream := p.Connected(counter(device), "")
		return func() { p.Disconnected(device, "42", stream) }
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
	go func() { defer close(done); p.Run(ctx) }()
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
	stream := p.Connected(counter("streams"), "")
	await("streams", true)
	p.Disconnected("streams", "42", stream)
	await("streams", false)
	p.Polled(counter("polls"))
	await("polls", false)
}

func TestNotesThatCannotBeWrittenAreDroppedAndToldOfOnce(t *testing.T) {
	p, redis, log := noting(t)
	for range maxWaitingNotes + 10 {
		p.Connected(counter("pc-1"), "")
	}
	if said := log.String(); len(p.waiting) != maxWaitingNotes || strings.Count(said, "too many at once") != 1 {
		t.Errorf("%d wait, and the log has %s", len(p.waiting), said)
	}
	redis.Freeze()
	defer redis.Thaw()
	began := time.Now()
	p.ended(t)
	if took := time.Since(began); took > lastNotes+5*time.Second || len(p.waiting) != 0 {
		t.Errorf("it took %v to end, and %d still wait", took, len(p.waiting))
	}
	if said := log.String(); strings.Count(said, "\n") != 1 {
		t.Errorf("the log has %s", said)
	}
}

func TestWhoCameWhileRedisWasAwayIsNotedWhenItIsBack(t *testing.T) {
	redis := redistest.Start(t)
	p := NewPresence(open(t, redis.URL()), quiet())
	redis.Kill()
	p.Connected(counter("pc-1"), "")
	p.write(t.Context())
	if len(p.waiting) != 1 {
		t.Fatalf("%d notes wait", len(p.waiting))
	}
	redis.Restart()
	p.write(t.Context())
	if !p.connected(t)["pc-1"] {
		t.Error("it is not connected")
	}
}

// BenchmarkConnectAndDisconnect is what a stream that comes and leaves costs before Redis is asked.
func BenchmarkConnectAndDisconnect(b *testing.B) {
	p, _, _ := noting(b)
	b.ReportAllocs()
	for b.Loop() {
		p.Disconnected("pc-1", "42", p.Connected(counter("pc-1"), ""))
		if len(p.waiting) > 2000 {
			p.waiting = nil
		}
	}
}
