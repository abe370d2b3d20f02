// Package icons embeds the bell in every state of the tray.
package icons

import _ "embed"

//go:embed app.png
var app []byte

// App returns the application's icon: a PNG of 512 pixels. The caller must not modify it.
func App() []byte { return app }

// The states of the tray icon beyond the states of the connection in package ipc.
const (
	Waiting   = "waiting"   // an order waits for a person
	Attention = "attention" // connected, but a person must act, for example because nothing can be heard
)

// Tray returns the tray's icon for a state of the connection ("not-set", "connecting",
// "connected", "lost", "refused"), for Waiting or for Attention. A badge shows how many
// orders wait: 1 to 9, or 9+. The icon is an ICO on Windows and a PNG of 64 pixels
// elsewhere, as package systray needs it. An unknown state has the icon of Attention: a
// wrong warning is better than an empty place in the tray. Tray caches nothing, since
// drawing a badge takes less than a millisecond and the number rarely changes.
func Tray(state string, waiting int) []byte {
	icon, err := tray.ReadFile("tray/" + state + extension)
	if err != nil {
		icon, _ = tray.ReadFile("tray/" + Attention + extension)
	}
	if waiting > 0 {
		icon = number(icon, waiting)
	}
	return icon
}
