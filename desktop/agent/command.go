package agent

import (
	"context"
	"os"
	"time"

	"jumun/desktop/pipe"
	"jumun/shared/order"
)

// answer does what a command such as "jumun status" asks for.
func (a *Agent) answer(ctx context.Context, c pipe.Command) pipe.Reply {
	reply := make(chan pipe.Reply, 1)
	a.post(func() { a.obey(c, func(r pipe.Reply) { reply <- r }) })
	select {
	case r := <-reply:
		return r
	case <-a.done:
	case <-ctx.Done():
	}
	select {
	case r := <-reply: // that of quit
		return r
	default:
		return pipe.Reply{Error: a.quitting}
	}
}

// obey does what a command asks for, and replies once.
func (a *Agent) obey(c pipe.Command, reply func(pipe.Reply)) {
	if c.Do == pipe.DoTest { // that takes a while
		a.trial.told = append(a.trial.told, func(r pipe.Report) { reply(pipe.Reply{Report: &r}) })
		a.test()
		return
	}
	r := a.do(c)
	reply(r)
	if c.Do == pipe.DoQuit && r.Error == "" { // after the reply: nobody would wait for it then
		a.quit()
	}
}

func (a *Agent) do(c pipe.Command) pipe.Reply {
	switch c.Do {
	case pipe.DoStatus:
		return pipe.Reply{Status: a.status()}
	case pipe.DoQuit:
		return pipe.Reply{Error: a.guess(c.PIN, time.Now())}
	case pipe.DoShow:
		a.openSettings()
	case pipe.DoReload:
		return a.reload()
	case pipe.DoAck:
		if !a.confirm(a.named(c.Order)...) {
			return pipe.Reply{Error: a.Words.Say("agent.no-such-order", "Order", c.Order)}
		}
	default:
		return pipe.Reply{Error: a.Words.Say("agent.unknown-command", "Command", c.Do)}
	}
	return pipe.Reply{}
}

// named are the cards of the orders with this number, of whatever mart: whoever typed it
// saw no more than the number.
func (a *Agent) named(number order.OrderID) (list []pipe.Key) {
	for _, e := range a.inbox.Waiting() {
		if e.Order == number {
			list = append(list, pipe.Key{Mart: e.Mart, Order: number})
		}
	}
	return list
}

func (a *Agent) status() *pipe.Status {
	alarm := a.alarm(time.Now())
	s := &pipe.Status{
		State: alarm.State, Reason: a.reason, Since: alarm.Since, Detail: a.detail,
		Server: a.settings.Server, Mart: a.settings.Mart, Paired: a.paired(), Device: a.device, LastID: a.inbox.LastID(a.settings.Mart),
		Waiting: a.waiting[:min(len(a.waiting), pipe.MaxCards)], Orders: len(a.waiting), Gap: alarm.Gap, Sound: a.ringer.status, Window: a.screen.status,
		Muted: a.ringer.muted, Paused: alarm.Paused, Closed: alarm.Closed,
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
