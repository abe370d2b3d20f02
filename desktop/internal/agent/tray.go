package agent

import (
	"cmp"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/tray"
)

// trayActions returns what the tray's menu does.
func (a *Agent) trayActions() tray.Actions {
	return tray.Actions{
		Confirm:  func(k ipc.Key) { a.post(func() { a.confirm(k) }) },
		History:  func() { a.post(a.openHistory) },
		Pause:    func(d time.Duration) { a.post(func() { a.pause(d) }) },
		Test:     func() { a.post(a.startTest) },
		Settings: func() { a.post(a.openSettings) },
		About:    func() { a.post(a.openAbout) },
		Quit:     func() { a.post(a.askToQuit) },
		Sleep:    a.fallAsleep,
		Wake:     a.woke,
	}
}

// trayView returns what the tray shows for an alarm.
func (a *Agent) trayView(alarm alarm.Alarm) tray.View {
	return tray.View{
		Icon:    a.trayIcon(alarm.Icon, time.Now()),
		Waiting: alarm.Orders,
		Orders:  a.waiting,
		Paused:  alarm.PausedUntil,
		Status:  a.statusLine(alarm),
	}
}

// soonText returns what a person has to look at, though orders come and ring; "" if all is well.
func (a *Agent) soonText(now time.Time) string {
	return cmp.Or(a.warningText(now), a.policyLine(), a.autostartText())
}

func (a *Agent) warningText(now time.Time) string {
	return cmp.Or(a.pairingEndText(now), a.clockText(), a.awakeText())
}

// trayIcon returns the icon of an alarm, or another one if all is well but for what soonText tells.
func (a *Agent) trayIcon(icon string, now time.Time) string {
	if (icon == ipc.Connected || icon == ipc.IconWaiting) && a.soonText(now) != "" {
		return ipc.IconAttention
	}
	return icon
}

// statusLine returns the one line that tells people whether all is well.
func (a *Agent) statusLine(alarm alarm.Alarm) string {
	if a.programGone { // the cause of whatever else is wrong
		return a.Translator.Text("agent.program-gone")
	}
	connection, _ := a.connectionText(alarm.State)
	return statusText(a.Translator, alarm, connection, a.settings, a.player.soundState(), a.ui.status.State, a.orders.Err(), a.soonText(time.Now()))
}

// mutedText returns the last part of the IDs of the texts about why sounds are not heard well, which
// are "agent." and "banner."; "" if that is not the reason.
func mutedText(why string) string {
	switch why {
	case ipc.NoVolume: // a person turns it up in the same place
		return ipc.Muted
	case ipc.Muted, ipc.ProgramMuted, ipc.Quiet, ipc.Away:
		return why
	}
	return ""
}

// statusText puts first what loses orders. connection is the line about a connection that is not there.
func statusText(t *i18n.Translator, alarm alarm.Alarm, connection string, s settings.Settings, sound, ui string, disk error, soon string) string {
	switch {
	case alarm.State != ipc.Connected:
		return connection
	case sound == ipc.ChildFailed:
		return t.Text("agent.no-sound")
	case mutedText(sound) != "":
		return t.Text("agent." + mutedText(sound))
	case ui == ipc.ChildFailed:
		return t.Text("agent.no-window")
	case disk != nil:
		return t.Text("agent.no-disk")
	case alarm.Unreadable:
		return t.Text("unreadable.title")
	case alarm.Gap:
		return t.Text("gap.title")
	case soon != "":
		return soon
	case alarm.Orders > 0:
		return t.Text("agent.waiting", "N", alarm.Orders)
	case alarm.Cancelled > 0:
		return t.Text("agent.cancelled", "N", alarm.Cancelled)
	}
	if name := s.ShopName(); name != "" {
		return t.Text("agent.connected-to", "Name", name)
	}
	return t.Text("agent.connected", "Mart", s.Mart)
}
