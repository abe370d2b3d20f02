package agent

import (
	"slices"
	"time"

	"jumun/desktop/internal/alarm"
	"jumun/desktop/internal/ipc"
)

// popup returns what pops up for an alarm.
func (a *Agent) popup(alarm alarm.Alarm, now time.Time) ipc.Popup {
	p := ipc.Popup{Banner: a.banner(alarm), Undo: a.undoLine(now), Place: a.settings.Popup, PausedUntil: alarm.PausedUntil, Flash: a.settings.Flash && alarm.Ringing}
	p.Banner.Kind = alarm.Banner
	p.Cards, p.More = chosen(alarm.Cards)
	return p
}

// chosen returns all cards that are not orders, and those of ipc.MaxCards orders, and counts the
// others. Half of them are the oldest ones, which have waited too long, and half the newest ones: one
// of these has just rung.
func chosen(cards []ipc.Card) (some []ipc.Card, more int) {
	first := max(0, slices.IndexFunc(cards, func(c ipc.Card) bool { return c.Kind == ipc.CardOrder || c.Kind == ipc.CardCancelled }))
	left := len(cards) - first - ipc.MaxCards
	if left <= 0 {
		return cards, 0
	}
	from := first + ipc.MaxCards/2
	return slices.Concat(cards[:from], cards[from+left:]), len(cardsOf(cards[from:from+left], ipc.CardOrder))
}

// samePopup reports whether two popups look the same.
func samePopup(x, y ipc.Popup) bool {
	return slices.Equal(x.Cards, y.Cards) && x.More == y.More && x.Banner == y.Banner && x.Place == y.Place && x.PausedUntil.Equal(y.PausedUntil) && x.Flash == y.Flash && x.Undo == y.Undo
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
		id := "banner.silent"
		if a.programGone {
			id = "banner.program-gone"
		}
		return ipc.Banner{Tone: ipc.ToneWarn, Text: tr(id), Do: tr(id + ".do")}
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
