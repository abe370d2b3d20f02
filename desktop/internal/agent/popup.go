package agent

import (
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
)

// popup returns what pops up for an alarm: all cards that are not orders, and those of the first
// ipc.MaxCards orders.
func (a *Agent) popup(alarm alarm.Alarm, now time.Time) ipc.Popup {
	p := ipc.Popup{Cards: alarm.Cards, Banner: a.banner(alarm), Place: a.settings.Popup, Flash: a.settings.Flash && alarm.Ringing}
	first := max(0, slices.IndexFunc(p.Cards, func(c ipc.Card) bool { return c.Kind == ipc.CardOrder || c.Kind == ipc.CardCancelled }))
	if last := first + ipc.MaxCards; len(p.Cards) > last {
		p.More = len(cardsOf(p.Cards[last:], ipc.CardOrder))
		p.Cards = p.Cards[:last]
	}
	if len(p.Cards) > 0 {
		p.Undo = a.undoLine(now)
	}
	return p
}

// samePopup reports whether two popups look the same.
func samePopup(x, y ipc.Popup) bool {
	return slices.Equal(x.Cards, y.Cards) && x.More == y.More && x.Banner == y.Banner && x.Place == y.Place && x.Flash == y.Flash && x.Undo == y.Undo
}

// banner returns the text of an alarm's banner.
func (a *Agent) banner(now alarm.Alarm) ipc.Banner {
	tr := a.Translator.Text
	_, why := a.connectionText(now.State)
	switch now.Banner {
	case alarm.BannerRefused:
		return ipc.Banner{Tone: ipc.ToneBad, Text: tr("banner.refused"), Do: why}
	case alarm.BannerLost:
		return ipc.Banner{Tone: ipc.ToneBad, Text: tr("banner.lost"), Do: why}
	case alarm.BannerDisk:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.disk"), Do: tr("banner.disk.do")}
	case alarm.BannerSilent:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.silent"), Do: tr("banner.silent.do")}
	case alarm.BannerMuted:
		id := "banner." + mutedText(a.player.muted)
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr(id), Do: tr(id + ".do")}
	case alarm.BannerMissed:
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr("banner.missed", "N", now.Missed)}
	case alarm.BannerPaused:
		return ipc.Banner{Tone: ipc.ToneCalm, Text: tr("banner.paused"), Until: now.PausedUntil}
	case alarm.BannerClosed:
		return ipc.Banner{Tone: ipc.ToneCalm, Text: tr("banner.closed", "N", now.Orders)}
	}
	return ipc.Banner{}
}
