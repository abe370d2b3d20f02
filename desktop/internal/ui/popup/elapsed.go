package popup

import (
	"time"

	"jumun/desktop/internal/i18n"
)

// elapsed returns how long ago at was, as text. The clocks of the server and of this PC
// differ a little, so an order from the future counts as one from now.
func elapsed(tr *i18n.Translator, at, now time.Time) string {
	const day = 24 * time.Hour
	switch ago := now.Sub(at); {
	case ago < time.Minute:
		return tr.Text("window.since.now")
	case ago < time.Hour:
		return tr.Text("window.since.minutes", "N", int(ago/time.Minute))
	case ago < day:
		return tr.Text("window.since.hours", "N", int(ago/time.Hour))
	default:
		return tr.Text("window.since.days", "N", int(ago/day))
	}
}
