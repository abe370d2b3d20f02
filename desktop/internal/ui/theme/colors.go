package theme

import (
	"image/color"

	"fyne.io/fyne/v2"

	"jumun/assets/palette"
)

// Our colours beyond Fyne's: package palette has them by these names.
const (
	ColorCard       fyne.ThemeColorName = "jumun.card"
	ColorQuiet      fyne.ThemeColorName = "jumun.quiet" // secondary text
	ColorOrder      fyne.ThemeColorName = "jumun.order"
	ColorTest       fyne.ThemeColorName = "jumun.test"
	ColorPressed    fyne.ThemeColorName = "jumun.pressed" // the button, while pressed
	ColorHovered    fyne.ThemeColorName = "jumun.hovered" // the button, under the mouse
	ColorWaiting    fyne.ThemeColorName = "jumun.spent"   // the button, while it waits for the agent
	ColorOnWaiting  fyne.ThemeColorName = "jumun.on-spent"
	ColorPopupFrame fyne.ThemeColorName = "jumun.frame"

	ColorPlainHovered fyne.ThemeColorName = "jumun.plain-hovered" // a button beside the main one
	ColorPlainPressed fyne.ThemeColorName = "jumun.plain-pressed"

	// Three tones, each with the colour of its text. The edge sets a tone apart from its surroundings.
	ColorBad      fyne.ThemeColorName = "jumun.bad"
	ColorOnBad    fyne.ThemeColorName = "jumun.on-bad"
	ColorBadEdge  fyne.ThemeColorName = "jumun.bad-edge"
	ColorBadCard  fyne.ThemeColorName = "jumun.bad-card" // a card's paper
	ColorWarn     fyne.ThemeColorName = "jumun.warn"
	ColorOnWarn   fyne.ThemeColorName = "jumun.on-warn"
	ColorWarnEdge fyne.ThemeColorName = "jumun.warn-edge"
	ColorWarnCard fyne.ThemeColorName = "jumun.warn-card"
	ColorCalm     fyne.ThemeColorName = "jumun.calm"
	ColorOnCalm   fyne.ThemeColorName = "jumun.on-calm"
	ColorCalmEdge fyne.ThemeColorName = "jumun.calm-edge"

	// A card about a withdrawn order: dark where the others are bright.
	ColorCancelled     fyne.ThemeColorName = "jumun.cancelled"
	ColorOnCancelled   fyne.ThemeColorName = "jumun.on-cancelled"
	ColorCancelledEdge fyne.ThemeColorName = "jumun.cancelled-edge"
	ColorCancelledCard fyne.ThemeColorName = "jumun.cancelled-card"
)

func lightColors() map[fyne.ThemeColorName]color.Color {
	return colors(func(t palette.Tone) color.Color { return t.Light })
}

func darkColors() map[fyne.ThemeColorName]color.Color {
	return colors(func(t palette.Tone) color.Color { return t.Dark })
}

func colors(of func(palette.Tone) color.Color) map[fyne.ThemeColorName]color.Color {
	all := make(map[fyne.ThemeColorName]color.Color)
	for name, tone := range palette.Tones() {
		all[fyne.ThemeColorName(name)] = of(tone)
	}
	return all
}
