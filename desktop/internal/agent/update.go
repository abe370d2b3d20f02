package agent

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/client"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/update"
	"jumun/shared/release"
	"jumun/shared/wire"
)

// ErrHandOver is what Run returns when another program is to go on: see supervisor.HandOver.
var ErrHandOver = errors.New("another version of jumun is to go on")

// UpdatesVariable is the environment variable that turns updates off, if it is "off".
const UpdatesVariable = "JUMUN_UPDATES"

// Updates is what the agent needs to know to update jumun.
type Updates struct {
	update.Installation
	Keys release.Keys
}

// updatesOff reports whether this PC does not update jumun by itself: a person, an administrator (settings.Policy) or
// whoever has started it wants that.
func updatesOff(s settings.Settings) bool {
	return s.NoUpdates || strings.EqualFold(os.Getenv(UpdatesVariable), settings.UpdatesOff)
}

// runUpdates looks for newer versions over a connection until ctx ends. post posts to the loop, but drops what comes
// from an old connection.
func (a *Agent) runUpdates(ctx context.Context, cl *client.Client, post func(func())) {
	if a.Updates == nil {
		return
	}
	claims, _ := wire.ReadClaims(cl.Token) // without a device, only what is for all is for this PC
	u := update.Updater{
		Installation: a.Updates.Installation, Keys: a.Updates.Keys, Device: claims.Subject, Log: a.Log,
		Off:   func() bool { return inLoop(ctx, post, func() bool { return updatesOff(a.settings) }) },
		Newer: func(version string) { post(func() { a.newer = version }) },
		MayInstall: func(since time.Time, urgent bool) bool {
			return inLoop(ctx, post, func() bool { return a.mayHandOver(time.Now(), since, urgent) })
		},
		CanBeHeard: func() bool { return inLoop(ctx, post, func() bool { return a.player.status.State != ipc.ChildFailed }) },
		CanShow:    func() bool { return inLoop(ctx, post, func() bool { return a.ui.status.State != ipc.ChildFailed }) },
		Install: func() {
			post(func() {
				if a.mayHandOver(time.Now(), time.Time{}, true) { // an order may have come since it was asked
					a.handsOver = true
					a.quit()
				}
			})
		},
	}
	u.Run(ctx, cl)
}

// inLoop calls f in the loop and returns what it returns; false if ctx ends first.
func inLoop(ctx context.Context, post func(func()), f func() bool) bool {
	answer := make(chan bool, 1)
	post(func() { answer <- f() })
	select {
	case yes := <-answer:
		return yes
	case <-ctx.Done():
		return false
	}
}

// mayHandOver reports whether nothing would be missed if jumun started again at now, for a version that is there since
// then.
func (a *Agent) mayHandOver(now, since time.Time, urgent bool) bool {
	l := lull{
		busy:  a.ui.settingsWanted || a.ui.historyWanted || a.saving || a.cancelPairing != nil || a.undo.until.After(now) || a.selfTest.deadline.After(now),
		quiet: now.Add(-a.clockAhead).Sub(a.orders.LastID(a.settings.Mart).Time()), waited: now.Sub(since), urgent: urgent,
	}
	hours := a.settings.Hours
	hours.Outside = ""
	l.noHours = hours == settings.Hours{}
	return l.isGood(a.currentAlarm(now))
}

// A lull is a moment at which jumun could start again.
type lull struct {
	busy    bool          // a person does something with jumun
	noHours bool          // nobody has set when the store is open
	quiet   time.Duration // since something happened to an order
	waited  time.Duration // since the version was downloaded
	urgent  bool
}

// isGood reports whether nothing would be missed. A version that is not urgent waits until the store is closed; where
// nobody knows when that is, or the PC is off then, until nothing has happened for a while.
func (l lull) isGood(now alarm.Alarm) bool {
	if l.busy || now.State != ipc.Connected || now.Orders > 0 || now.Cancelled > 0 || now.Ringing || now.Play != nil {
		return false
	}
	return l.urgent || now.Closed || (l.noHours || l.waited >= update.Patience) && l.quiet >= update.QuietFor
}
