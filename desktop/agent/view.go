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
		Line:    line(a.Words, alarm, a.reason, a.settings, a.ringer.status.State, a.screen.status.State, a.inbox.Err()),
	}
}

// line is the one line that says how things are: what loses orders comes first.
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
