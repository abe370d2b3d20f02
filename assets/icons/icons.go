// Package icons embeds the bell in every state of the tray.
package icons

import _ "embed"

//go:embed app.png
var app []byte

// App returns the application's icon: a PNG of 512 pixels. Do not change it.
func App() []byte { return app }

// The states of the tray beyond those of the connection in package pipe.
const (
	Waiting   = "waiting"   // an order waits for a person
	Attention = "attention" // connected, but the sound does not work
)

// Tray returns the tray's icon for a state: of the connection ("not-set", "connecting",
// "connected", "lost", "refused"), Waiting or Attention, with a badge that says how many
// orders wait: 1 to 9, or 9+. It is an ICO on Windows and a PNG of 64 pixels elsewhere, as
// package systray wants it. A state nobody has drawn yet gets Attention's icon: better a
// wrong warning than an empty place in the tray. Nothing is kept: a badge is drawn in less
// than a millisecond, and anew only when the number changes.
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
