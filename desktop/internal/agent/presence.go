package agent

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/shared/order"
	"jumun/shared/wire"
)

const (
	// reportAgain is the pause after a report that the server did not take; oldServer that if it takes none.
	reportAgain, oldServer = 30 * time.Second, time.Hour
	// lastReport is what the report of a program that ends may take: it must not hold up the end of a session.
	lastReport = 2 * time.Second
)

// reportPresence tells the server what this PC can do, if that has changed.
func (a *Agent) reportPresence(now alarm.Alarm) {
	if c := a.connection; c != nil && c.presence != nil && now.State == ipc.Connected {
		c.presence.set(a.presence(now))
	}
}

// presence returns what this PC can do: whether an order would be heard and seen now.
func (a *Agent) presence(now alarm.Alarm) wire.Presence {
	p := wire.Presence{Audible: true, Visible: !now.WindowBroken, Version: a.Version}
	problem := func(is, deaf bool, name string) {
		if is {
			p.Problems = append(p.Problems, name)
			p.Audible = p.Audible && !deaf
		}
	}
	outside := a.settings.Hours.Outside
	problem(!now.PausedUntil.IsZero(), true, wire.PresenceMuted)
	problem(now.Closed && (outside == settings.OutsidePopup || outside == settings.OutsideSilent), true, wire.PresenceClosed)
	problem(now.SpeakerBroken || a.player.muted != "", now.SpeakerBroken || a.player.muted != ipc.Quiet, wire.PresenceSpeaker)
	problem(!p.Visible, false, wire.PresenceWindow)
	problem(a.orders.Err() != nil, false, wire.PresenceDisk)
	problem(a.awake.error() != "", false, wire.PresenceSleeps)
	return p
}

// withLastEvent returns report with the last event that this PC has of a mart. That changes with each order, and is told with
// the rest, so that an order costs no report.
func (a *Agent) withLastEvent(mart order.MartID, report func(context.Context, wire.Presence) error) func(context.Context, wire.Presence) error {
	return func(ctx context.Context, p wire.Presence) error {
		p.Last = a.orders.LastID(mart)
		return report(ctx, p)
	}
}

// reportEnd tells the server that nothing is heard here from now on. It must not be called while the connection
// is stopped by another call.
func (a *Agent) reportEnd() {
	ctx, cancel := context.WithTimeout(context.Background(), lastReport)
	defer cancel()
	a.reportGone(ctx, a.connection.report, wire.PresenceQuit)
}

// fallAsleep tells the server that this PC falls asleep. It must not be called in the loop, and returns within
// lastReport: the system waits.
func (a *Agent) fallAsleep() {
	a.Log.Info("the PC falls asleep")
	ctx, cancel := context.WithTimeout(context.Background(), lastReport)
	defer cancel()
	asked := make(chan func(context.Context, wire.Presence) error, 1)
	go a.post(func() { asked <- a.connection.report })
	select {
	case report := <-asked:
		a.reportGone(ctx, report, wire.PresenceAsleep)
	case <-ctx.Done():
	}
}

// reportGone tells the server that nothing is heard here from now on, and why.
func (a *Agent) reportGone(ctx context.Context, report func(context.Context, wire.Presence) error, why string) {
	if report == nil {
		return
	}
	if err := report(ctx, wire.Presence{Version: a.Version, Problems: []string{why}, AsleepSoon: true}); err != nil {
		a.Log.Debug("the server does not know yet that nothing is heard here", "why", why, "err", err)
	}
}

// reportAnew tells the server once more what this PC can do: it may have said that it falls asleep.
func (a *Agent) reportAnew() {
	if p := a.connection.presence; p != nil {
		p.known = false
	}
}

// A presenceReporter sends what the PC can do when that changes, and every few minutes.
type presenceReporter struct {
	report  func(context.Context, wire.Presence) error
	changed chan wire.Presence // holds the newest
	last    wire.Presence      // only set uses it
	known   bool
	log     *slog.Logger
}

func newPresenceReporter(report func(context.Context, wire.Presence) error, log *slog.Logger) *presenceReporter {
	return &presenceReporter{report: report, changed: make(chan wire.Presence, 1), log: log}
}

// set takes what the PC can do now. It never waits. One goroutine may call it.
func (r *presenceReporter) set(p wire.Presence) {
	if r.known && reflect.DeepEqual(p, r.last) {
		return
	}
	r.last, r.known = p, true
	select {
	case <-r.changed: // it was not sent yet
	default:
	}
	r.changed <- p
}

// run sends reports until ctx ends.
func (r *presenceReporter) run(ctx context.Context) {
	var p wire.Presence
	var again <-chan time.Time // nil until there is something to send
	for {
		select {
		case p = <-r.changed:
		case <-again:
		case <-ctx.Done():
			return
		}
		again = time.After(r.send(ctx, p))
	}
}

// send returns after which time to send p again. PCs that have connected together do not report together for ever.
func (r *presenceReporter) send(ctx context.Context, p wire.Presence) time.Duration {
	switch err := r.report(ctx, p); {
	case err == nil:
		return time.Duration((1 - rand.Float64()/5) * float64(wire.PresenceEvery))
	case errors.Is(err, client.ErrOldServer):
		return oldServer
	default:
		r.log.Debug("the server did not take what this PC can do", "err", err)
		return time.Duration((1 + rand.Float64()) * float64(reportAgain))
	}
}
