package agent

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

func TestWhatThisPCCanDoIsSentWhenItChangesAndEveryFewMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		var fails atomic.Pointer[error]
		fails.Store(new(error))
		r := newPresenceReporter(func(context.Context, wire.Presence) error {
			sent.Add(1)
			return *fails.Load()
		}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		go r.run(ctx)
		wants := func(least, most int32, what string) {
			t.Helper()
			synctest.Wait()
			if n := sent.Swap(0); n < least || n > most {
				t.Errorf("%s: %d were sent, want %d to %d", what, n, least, most)
			}
		}
		time.Sleep(time.Hour)
		wants(0, 0, "before there is a connection")
		r.set(wire.Presence{Audible: true})
		wants(1, 1, "connected")
		r.set(wire.Presence{Audible: true})
		wants(0, 0, "nothing has changed")
		r.set(wire.Presence{Problems: []string{wire.PresenceMuted}})
		wants(1, 1, "muted")
		time.Sleep(wire.PresenceEvery)
		wants(1, 1, "some minutes later")
		away, old := errors.New("away"), client.ErrOldServer
		fails.Store(&away)
		time.Sleep(2 * wire.PresenceEvery)
		wants(2, 100, "a server that is away")
		fails.Store(&old)
		time.Sleep(2 * time.Hour)
		wants(1, 3, "a server of before, in two hours")
		stop()
		synctest.Wait()
	})
}

func TestAPCSaysThatItIsMutedAndThatItEnds(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	wants := func(what string, is func(wire.Presence) bool) {
		t.Helper()
		until(t, a, what, func(ipc.Status) bool { return is(server.reported()) })
	}
	wants("audible", func(p wire.Presence) bool { return p.Audible && p.Visible && p.Version == "test" })
	server.place(7)
	until(t, a, "an order", func(ipc.Status) bool { return a.orders.LastID("42") == "7-0" })
	if p := server.reported(); p.Last != "" {
		t.Errorf("an order alone is no reason for a report: %+v", p)
	}
	a.post(func() { a.pause(time.Minute) })
	wants("with the next report, which event it has", func(p wire.Presence) bool { return p.Last == "7-0" })
	wants("muted", func(p wire.Presence) bool { return !p.Audible && slices.Contains(p.Problems, wire.PresenceMuted) })
	a.post(func() { a.pause(0) })
	wants("audible again", func(p wire.Presence) bool { return p.Audible })
	a.stop()
	if p := server.reported(); p.Audible || !p.AsleepSoon || !slices.Contains(p.Problems, wire.PresenceQuit) {
		t.Errorf("at the end it said %+v", p)
	}
}

func TestAPCReportsAgainToAServerThatHasForgotten(t *testing.T) {
	server := openServer(t)
	a := server.connectedBy(t, t.TempDir(), "plays to the end", "shows")
	until(t, a, "it has reported", func(ipc.Status) bool { return server.reported().Audible })
	server.forgetReports()
	server.gap()
	until(t, a, "it has reported again", func(s ipc.Status) bool { return s.Gap && server.reported().Audible })
}
