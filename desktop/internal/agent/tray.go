package agent

import (
	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/tray"
)

// view is what the tray shows of an alarm.
func (a *Agent) trayView(alarm alarm.Alarm) tray.View {
	return tray.View{
		State:   alarm.Icon,
		Waiting: alarm.Orders,
		Orders:  a.waiting,
		Paused:  alarm.PausedUntil,
		Status:  a.statusLine(alarm),
	}
}

// line is the one line that says how things are.
func (a *Agent) statusLine(alarm alarm.Alarm) string {
	return statusText(a.Translator, alarm, a.refusedReason, a.settings, a.player.state(), a.ui.status.State, a.orders.Err())
}

// line puts first what loses orders.
func statusText(w *i18n.Translator, alarm alarm.Alarm, reason string, s settings.Settings, sound, window string, disk error) string {
	switch {
	case alarm.State == ipc.NotSet:
		return w.Text("state.not-set")
	case alarm.State == ipc.Refused && reason != "":
		return w.Text("refused." + reason)
	case alarm.State != ipc.Connected:
		return w.Text("state." + alarm.State)
	case sound == ipc.ChildFailed:
		return w.Text("agent.no-sound")
	case sound == ipc.Muted || sound == ipc.NoVolume:
		return w.Text("agent.muted")
	case window == ipc.ChildFailed:
		return w.Text("agent.no-window")
	case disk != nil:
		return w.Text("agent.no-disk")
	case alarm.Gap:
		return w.Text("gap.title")
	case alarm.Orders > 0:
		return w.Text("agent.waiting", "N", alarm.Orders)
	}
	return w.Text("agent.connected", "Mart", s.Mart)
}
