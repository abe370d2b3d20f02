package agent

import (
	"cmp"
	"context"
	"os"
	"time"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ipc/instance"
	"jumun/desktop/internal/platform"
	"jumun/shared/order"
	"jumun/shared/wire"
)

// serveCommands answers commands such as "jumun status" until ctx ends.
func (a *Agent) serveCommands(ctx context.Context, one *instance.Instance) {
	if err := one.Serve(ctx, a.answerCommand); err != nil {
		a.Log.Error("commands such as jumun status cannot reach the agent", "err", err)
	}
}

// answerCommand runs a command in the loop and returns its reply.
func (a *Agent) answerCommand(ctx context.Context, c ipc.Command) ipc.Reply {
	reply := make(chan ipc.Reply, 1)
	a.post(func() { a.handleCommand(c, func(r ipc.Reply) { reply <- r }) })
	select {
	case r := <-reply:
		return r
	case <-a.done:
	case <-ctx.Done():
	}
	select {
	case r := <-reply: // of the command that ended the agent
		return r
	default:
		return ipc.Reply{Error: a.quittingText}
	}
}

// handleCommand runs a command and calls reply once.
func (a *Agent) handleCommand(c ipc.Command, reply func(ipc.Reply)) {
	if c.Do == ipc.DoTest { // the test takes a while
		a.selfTest.waiters = append(a.selfTest.waiters, func(r ipc.TestReport) { reply(ipc.Reply{Report: &r}) })
		a.startTest()
		return
	}
	r := a.runCommand(c)
	reply(r)
	if c.Do == ipc.DoQuit && r.Error == "" || r.Yields { // after the reply, which would be lost otherwise
		a.quit()
	}
}

func (a *Agent) runCommand(c ipc.Command) ipc.Reply {
	switch c.Do {
	case ipc.DoStatus:
		return ipc.Reply{Status: a.status()}
	case ipc.DoQuit, ipc.DoCheckPIN:
		return ipc.Reply{Error: a.checkPIN(c.PIN, time.Now())}
	case ipc.DoShow:
		// A session that has ended may have left its agent behind, with a screen that nobody sees.
		if platform.IsOtherDesktop(c.Session, a.Session) {
			a.Log.Info("jumun was started in a newer session: this one makes room", "session", a.Session, "newer", c.Session)
			return ipc.Reply{Yields: true}
		}
		if !c.Quiet {
			a.openSettings()
			a.openLink(c.Link)
		}
	case ipc.DoReload:
		return a.reloadSettings()
	case ipc.DoAck:
		if !a.confirm(a.waitingKeys(c.Order)...) {
			return ipc.Reply{Error: a.Translator.Text("agent.no-such-order", "Order", c.Order)}
		}
	default:
		return ipc.Reply{Error: a.Translator.Text("agent.unknown-command", "Command", c.Do)}
	}
	return ipc.Reply{}
}

// openLink keeps a link that a person has opened for the settings window.
func (a *Agent) openLink(link string) {
	if _, err := wire.ParsePairingLink(link); link != "" && err != nil {
		a.Log.Warn("a link was opened that is none", "err", err)
		a.settingsNotice = a.Translator.Text("agent.bad-link")
		return
	}
	a.link = link
}

// waitingKeys returns the waiting orders with this number, of every mart: the person who typed
// the number saw nothing else.
func (a *Agent) waitingKeys(number order.OrderID) (list []ipc.Key) {
	cards, _ := openCards(a.orders.Open())
	for _, c := range cards {
		if c.Order == number && c.Kind == ipc.CardOrder {
			list = append(list, c.Key)
		}
	}
	return list
}

func (a *Agent) status() *ipc.Status {
	alarm := a.currentAlarm(time.Now())
	s := &ipc.Status{
		State: alarm.State, Reason: a.refusedReason, Since: alarm.Since, Detail: a.connectionDetail,
		Server: a.settings.Server, Mart: a.settings.Mart, MartName: a.settings.ShopName(), Paired: a.paired(), PairingEnds: a.pairingEnds, Device: a.device, LastID: a.orders.LastID(a.settings.Mart),
		Waiting: a.waiting[:min(len(a.waiting), ipc.MaxCards)], Orders: len(a.waiting) + a.old, Old: a.old, Cancelled: a.cancelled[:min(len(a.cancelled), ipc.MaxCards)],
		Gap: alarm.Gap, Unreadable: alarm.Unreadable, Player: a.player.status, UI: a.ui.status,
		Muted: a.player.muted, Paused: alarm.PausedUntil, Closed: alarm.Closed, Awake: a.awake.is != platform.MaySleep, AwakeError: a.awake.error(),
		ClockAhead: int(a.clockAhead.Seconds()), Managed: a.settings.Policy.Managed(), PolicyError: PolicyText(a.Translator, a.settings.Policy), Version: a.Version, Newer: a.newer, PID: os.Getpid(),
	}
	if err := a.orders.Err(); err != nil {
		s.Disk = err.Error()
	}
	if s.Waiting == nil {
		s.Waiting = []ipc.Card{} // in JSON a list, not null
	}
	if s.Cancelled == nil {
		s.Cancelled = []ipc.Card{}
	}
	s.Player.State = cmp.Or(s.Player.State, ipc.ChildIdle)
	s.UI.State = cmp.Or(s.UI.State, ipc.ChildIdle)
	return s
}
