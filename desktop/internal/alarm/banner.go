package alarm

import (
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// What a banner is about, the worst first: one stands there at a time.
const (
	BannerRefused = "refused" // the server says no: a person has to do something
	BannerLost    = "lost"    // there is no connection
	BannerDisk    = "disk"    // orders cannot be stored
	BannerSilent  = "silent"  // there is no speaker, or it is broken
	BannerMuted   = "muted"   // the system lets nothing be heard
	BannerMissed  = "missed"  // orders that wait came while this PC was away: Alarm.Missed
	BannerPaused  = "paused"  // sounds are paused, until Alarm.Paused
	BannerClosed  = "closed"  // orders wait without a sound: it is outside business hours
)

// banner is about the worst of what is wrong in a. Where the hour hides orders it says
// nothing of them: the tray alone does. Of the sound it speaks beside a card alone: a PC that
// has no speaker would have it on its screen for ever, and the tray says so too.
func (b *Decider) banner(a Alarm) string {
	switch {
	case a.State == ipc.Refused:
		return BannerRefused
	case a.State == ipc.Lost:
		return BannerLost
	case b.diskError != "":
		return BannerDisk
	case b.speaker.broken != "" && len(a.Cards) > 0:
		return BannerSilent
	case b.speaker.muted != "" && len(a.Cards) > 0:
		return BannerMuted
	case a.Missed > 0:
		return BannerMissed
	case !a.PausedUntil.IsZero():
		return BannerPaused
	case a.Closed && a.Orders > 0 && b.settings.Hours.Outside == settings.OutsidePopup:
		return BannerClosed
	}
	return ""
}

// sign puts first what loses orders: no connection, then no sound, popup or disk, or
// orders that may be lost already.
func (b *Decider) icon(state string) string {
	switch {
	case state != ipc.Connected:
		return state
	case b.speaker.bad() || b.windowError != "" || b.diskError != "" || b.gap:
		return ipc.IconAttention
	case len(b.waiting) > 0:
		return ipc.IconWaiting
	}
	return state
}
