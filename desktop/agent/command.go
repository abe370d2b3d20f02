package agent

import (
	"context"
	"os"
	"time"

	"jumun/desktop/bell"
	"jumun/desktop/inbox"
	"jumun/desktop/pipe"
	"jumun/shared/order"
)

// answer does what a command such as "jumun status" asks for.
func (a *Agent) answer(ctx context.Context, c pipe.Command) pipe.Reply {
	if c.Do == pipe.DoQuit { // the loop could end before it has answered
		a.quit()
		return pipe.Reply{}
	}
	reply := make(chan pipe.Reply, 1)
	a.post(func() { reply <- a.obey(c) })
	select {
	case r := <-reply:
		return r
	case <-a.done:
	case <-ctx.Done():
	}
	return pipe.Reply{Error: a.Words.Say("agent.quitting")}
}

func (a *Agent) obey(c pipe.Command) pipe.Reply {
	switch c.Do {
	case pipe.DoStatus:
		return pipe.Reply{Status: a.status()}
	case pipe.DoShow:
		a.openSettings()
	case pipe.DoTest:
		a.test()
	case pipe.DoAck:
		if !a.confirm(c.Order) {
			return pipe.Reply{Error: a.Words.Say("agent.no-such-order", "Order", c.Order)}
		}
	default:
		return pipe.Reply{Error: a.Words.Say("agent.unknown-command", "Command", c.Do)}
	}
	return pipe.Reply{}
}

// confirm ends the alarm of these orders, and reports whether any of them waited.
func (a *Agent) confirm(ids ...order.OrderID) (any bool) {
	for _, id := range ids {
		if id == bell.TestOrder {
			a.bell.EndTest()
		}
		if id == bell.TestOrder || a.confirmEach(id) {
			any = true
			a.Log.Info("confirmed", "order", id)
		}
	}
	a.refresh()
	return any
}

// confirmEach confirms the orders with this ID, of whatever mart: a person sees the number.
func (a *Agent) confirmEach(id order.OrderID) (any bool) {
	for _, e := range a.inbox.Waiting() {
		if e.Order == id {
			any = a.inbox.Confirm(inbox.Key{Mart: e.Mart, Order: e.Order}, time.Now()) || any
		}
	}
	return any
}

func (a *Agent) status() *pipe.Status {
	alarm := a.bell.Next(time.Now())
	s := &pipe.Status{
		State: alarm.State, Since: alarm.Since, Detail: a.detail,
		Server: a.settings.Server, Mart: a.settings.Mart, LastID: a.inbox.LastID(a.settings.Mart),
		Waiting: alarm.Cards, Sound: a.ringer.status, Window: a.screen.status,
		Version: a.Version, PID: os.Getpid(),
	}
	if err := a.inbox.Err(); err != nil {
		s.Disk = err.Error()
	}
	if s.Waiting == nil {
		s.Waiting = []pipe.Card{} // a list in JSON, not null
	}
	s.Sound.State = stateOr(s.Sound.State)
	s.Window.State = stateOr(s.Window.State)
	return s
}

// stateOr names the state of a child that was not needed yet.
func stateOr(state string) string {
	if state == "" {
		return pipe.PartIdle
	}
	return state
}
