package agent

import (
	"slices"

	"jumun/desktop/bell"
	"jumun/desktop/pipe"
)

// popup is what pops up: of many orders the first, and all else, which comes after them.
func (a *Agent) popup(alarm bell.Alarm) pipe.Popup {
	p := pipe.Popup{Cards: alarm.Cards, Banner: a.banner(alarm)}
	orders := slices.IndexFunc(p.Cards, func(c pipe.Card) bool { return c.Kind != pipe.CardOrder })
	if orders < 0 {
		orders = len(p.Cards)
	}
	if p.More = orders - pipe.MaxCards; p.More > 0 {
		p.Cards = slices.Concat(p.Cards[:pipe.MaxCards], p.Cards[orders:])
	}
	p.More = max(p.More, 0)
	return p
}

// banner says in words what the bell wants people to know beside the orders.
func (a *Agent) banner(alarm bell.Alarm) pipe.Banner {
	say := a.Words.Say
	switch alarm.Banner {
	case bell.BannerRefused:
		return pipe.Banner{Tone: pipe.ToneBad, Text: say("banner.refused"), Do: a.line(alarm)}
	case bell.BannerLost:
		return pipe.Banner{Tone: pipe.ToneBad, Text: say("banner.lost"), Do: say("banner.lost.do")}
	case bell.BannerDisk:
		return pipe.Banner{Tone: pipe.ToneWarn, Text: say("banner.disk"), Do: say("banner.disk.do")}
	case bell.BannerSilent:
		return pipe.Banner{Tone: pipe.ToneWarn, Text: say("banner.silent"), Do: say("banner.silent.do")}
	case bell.BannerMuted:
		return pipe.Banner{Tone: pipe.ToneWarn, Text: say("banner.muted"), Do: say("banner.muted.do")}
	case bell.BannerMissed:
		return pipe.Banner{Tone: pipe.ToneWarn, Text: say("banner.missed", "N", alarm.Missed)}
	case bell.BannerPaused:
		return pipe.Banner{Tone: pipe.ToneCalm, Text: say("banner.paused"), Until: alarm.Paused}
	case bell.BannerClosed:
		return pipe.Banner{Tone: pipe.ToneCalm, Text: say("banner.closed", "N", alarm.Orders)}
	}
	return pipe.Banner{}
}
