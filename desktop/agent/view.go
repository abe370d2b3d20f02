package agent

import (
	"jumun/desktop/bell"
	"jumun/desktop/pipe"
	"jumun/desktop/tray"
	"jumun/desktop/words"
)

// view is what the tray shows of an alarm.
func (a *Agent) view(alarm bell.Alarm) tray.View {
	return tray.View{
		State:   alarm.Sign,
		Waiting: alarm.Orders,
		Orders:  a.waiting,
		Paused:  alarm.Paused,
		Line:    a.line(alarm),
	}
}

// line is the one line that says how things are.
func (a *Agent) line(alarm bell.Alarm) string {
	return line(a.Words, alarm, a.reason, a.settings, a.ringer.state(), a.screen.status.State, a.inbox.Err())
}

// line puts first what loses orders.
func line(w *words.Words, alarm bell.Alarm, reason string, s pipe.Settings, sound, window string, disk error) string {
	switch {
	case alarm.State == pipe.NotSet:
		return w.Say("state.not-set")
	case alarm.State == pipe.Refused && reason != "":
		return w.Say("refused." + reason)
	case alarm.State != pipe.Connected:
		return w.Say("state." + alarm.State)
	case sound == pipe.PartFailed:
		return w.Say("agent.no-sound")
	case sound == pipe.Muted || sound == pipe.NoVolume:
		return w.Say("agent.muted")
	case window == pipe.PartFailed:
		return w.Say("agent.no-window")
	case disk != nil:
		return w.Say("agent.no-disk")
	case alarm.Gap:
		return w.Say("gap.title")
	case alarm.Orders > 0:
		return w.Say("agent.waiting", "N", alarm.Orders)
	}
	return w.Say("agent.connected", "Mart", s.Mart)
}
