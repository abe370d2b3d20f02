package agent

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/shared/wire"
)

func TestWhatThisPCCanDoIsSentWhenItChangesAndEveryFewMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []bool
		var fails error
		r := newPresenceReporter(func(_ context.Context, p wire.Presence) error {
			sent = append(sent, p.Audible)
			return fails
		}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		go r.run(ctx)
		wants := func(n int, what string) {
			t.Helper()
			synctest.Wait()
			if len(sent) != n {
				t.Errorf("%s: %d were sent, want %d", what, len(sent), n)
			}
			sent = nil
		}
		time.Sleep(time.Hour)
		wants(0, "before there is a connection")
		r.set(wire.Presence{Audible: true})
		wants(1, "connected")
		r.set(wire.Presence{Audible: true})
		wants(0, "nothing has changed")
		r.set(wire.Presence{Problems: []string{wire.PresenceMuted}})
		wants(1, "muted")
		time.Sleep(wire.PresenceEvery)
		wants(1, "some minutes later")
		fails = errors.New("away")
		time.Sleep(2 * wire.PresenceEvery)
		if len(sent) < 2 {
			t.Errorf("a server that is away was asked %d times", len(sent))
		}
		sent, fails = nil, client.ErrOldServer
		time.Sleep(2 * time.Hour)
		if len(sent) > 3 {
			t.Errorf("a server of before was asked %d times in two hours", len(sent))
		}
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
	a.post(func() { a.pause(time.Minute) })
	wants("muted", func(p wire.Presence) bool { return !p.Audible && slices.Contains(p.Problems, wire.PresenceMuted) })
	a.post(func() { a.pause(0) })
	wants("audible again", func(p wire.Presence) bool { return p.Audible })
	a.stop()
	if p := server.reported(); p.Audible || !p.AsleepSoon || !slices.Contains(p.Problems, wire.PresenceQuit) {
		t.Errorf("at the end it said %+v", p)
	}
}
