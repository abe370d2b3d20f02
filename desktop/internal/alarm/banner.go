package alarm

import (
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
)

// The subjects of a banner, the worst first. One is shown at a time.
const (
	BannerRefused = "refused" // the server refuses the connection: a person has to act
	BannerLost    = "lost"    // there is no connection
	BannerDisk    = "disk"    // orders cannot be stored
	BannerSilent  = "silent"  // there is no speaker, or it is broken
	BannerMuted   = "muted"   // the system makes sounds inaudible or quiet
	BannerMissed  = "missed"  // orders that wait came while this PC was away: Alarm.Missed
	BannerPaused  = "paused"  // sounds are paused: Alarm.PausedUntil
	BannerClosed  = "closed"  // orders wait without a sound: it is outside business hours
)

// banner returns the worst of what is wrong in a. Where the hour hides orders, only the tray
// tells of them. Trouble with the sound is told only beside a card: else a PC without a speaker
// would show the banner for ever, and the tray shows that trouble too.
func (d *Decider) banner(a Alarm) string {
	switch {
	case a.State == ipc.Refused:
		return BannerRefused
	case a.State == ipc.Lost:
		return BannerLost
	case d.diskError != "":
		return BannerDisk
	case d.speaker.broken != "" && len(a.Cards) > 0:
		return BannerSilent
	case d.speaker.muted != "" && len(a.Cards) > 0:
		return BannerMuted
	case a.Missed > 0:
		return BannerMissed
	case !a.PausedUntil.IsZero():
		return BannerPaused
	case a.Closed && a.Orders > 0 && d.settings.Hours.Outside == settings.OutsidePopup:
		return BannerClosed
	}
	return ""
}

// icon returns what the tray's icon shows. What loses orders comes first: no connection, then
// no sound, popup or disk, or orders that may be lost already.
func (d *Decider) icon(state string) string {
	switch {
	case state != ipc.Connected:
		return state
	case d.speaker.bad() || d.windowError != "" || d.diskError != "" || d.gap:
		return ipc.IconAttention
	case len(d.open) > 0:
		return ipc.IconWaiting
	}
	return state
}
