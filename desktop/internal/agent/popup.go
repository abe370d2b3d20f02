package agent

import (
	"slices"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
)

// popup returns what pops up for an alarm: the first ipc.MaxCards orders, and all other cards,
// which come after the orders.
func (a *Agent) popup(alarm alarm.Alarm) ipc.Popup {
	p := ipc.Popup{Cards: alarm.Cards, Banner: a.banner(alarm)}
	orders := slices.IndexFunc(p.Cards, func(c ipc.Card) bool { return c.Kind != ipc.CardOrder })
	if orders < 0 {
		orders = len(p.Cards)
	}
	if p.More = orders - ipc.MaxCards; p.More > 0 {
		p.Cards = slices.Concat(p.Cards[:ipc.MaxCards], p.Cards[orders:])
	}
	p.More = max(p.More, 0)
	return p
}

// samePopup reports whether two popups look the same.
func samePopup(x, y ipc.Popup) bool {
	return slices.Equal(x.Cards, y.Cards) && x.More == y.More && x.Banner == y.Banner
}

// banner returns the text of an alarm's banner.
func (a *Agent) banner(now alarm.Alarm) ipc.Banner {
	tr := a.Translator.Text
	switch now.Banner {
	case alarm.BannerRefused:
		return ipc.Banner{Tone: ipc.ToneBad, Text: tr("banner.refused"), Do: a.statusLine(now)}
	case alarm.BannerLost:
		return ipc.Banner{Tone: ipc.ToneBad, Text: tr("banner.lost"), Do: tr("banner.lost.do")}
	case alarm.BannerDisk:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.disk"), Do: tr("banner.disk.do")}
	case alarm.BannerSilent:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.silent"), Do: tr("banner.silent.do")}
	case alarm.BannerMuted:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.muted"), Do: tr("banner.muted.do")}
	case alarm.BannerMissed:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.missed", "N", now.Missed)}
	case alarm.BannerPaused:
		return ipc.Banner{Tone: ipc.ToneCalm, Text: tr("banner.paused"), Until: now.PausedUntil}
	case alarm.BannerClosed:
		return ipc.Banner{Tone: ipc.ToneCalm, Text: tr("banner.closed", "N", now.Orders)}
	}
	return ipc.Banner{}
}
