package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Our colours beyond Fyne's. Every text has a contrast of at least 4.5 to its background.
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
	return map[fyne.ThemeColorName]color.Color{
		theme.ColorNameBackground:          rgb(0xF1F2F4),
		theme.ColorNameForeground:          rgb(0x14181F),
		theme.ColorNamePrimary:             rgb(0xB93D0A),
		theme.ColorNameForegroundOnPrimary: rgb(0xFFFFFF),
		theme.ColorNameHyperlink:           rgb(0xB93D0A),
		theme.ColorNameFocus:               color.NRGBA{0xB9, 0x3D, 0x0A, 0x50},
		theme.ColorNameError:               rgb(0xB3191F),
		theme.ColorNameWarning:             rgb(0x8A4B00),
		theme.ColorNamePlaceHolder:         rgb(0x666D78),
		theme.ColorNameDisabled:            rgb(0x5C6370),
		theme.ColorNameInputBackground:     rgb(0xFFFFFF),
		theme.ColorNameInputBorder:         rgb(0xA9B0BB),
		theme.ColorNameButton:              rgb(0xDFE2E7),
		theme.ColorNameOverlayBackground:   rgb(0xFFFFFF),
		theme.ColorNameMenuBackground:      rgb(0xFFFFFF),
		ColorCard:                          rgb(0xFFFFFF),
		ColorQuiet:                         rgb(0x525A66),
		ColorOrder:                         rgb(0xB93D0A),
		ColorTest:                          rgb(0x1D55B8),
		ColorHovered:                       rgb(0xA33407),
		ColorPressed:                       rgb(0x7F2804),
		ColorWaiting:                       rgb(0xDFE2E7),
		ColorOnWaiting:                     rgb(0x525A66),
		ColorPopupFrame:                    rgb(0xC3C8D0),
		ColorPlainHovered:                  rgb(0xD2D7DE),
		ColorPlainPressed:                  rgb(0xBEC5CF),
		ColorBad:                           rgb(0xC4161E),
		ColorOnBad:                         rgb(0xFFFFFF),
		ColorBadEdge:                       rgb(0x8E0B12),
		ColorBadCard:                       rgb(0xFFECEA),
		ColorWarn:                          rgb(0xFFBE2E),
		ColorOnWarn:                        rgb(0x2B1D00),
		ColorWarnEdge:                      rgb(0xAD6800),
		ColorWarnCard:                      rgb(0xFFF6DF),
		ColorCalm:                          rgb(0xD9E6FB),
		ColorOnCalm:                        rgb(0x12315F),
		ColorCalmEdge:                      rgb(0x1D55B8),
		ColorCancelled:                     rgb(0x343A44),
		ColorOnCancelled:                   rgb(0xFFFFFF),
		ColorCancelledEdge:                 rgb(0x14181F),
		ColorCancelledCard:                 rgb(0xDDE0E5),
	}
}

func darkColors() map[fyne.ThemeColorName]color.Color {
	return map[fyne.ThemeColorName]color.Color{
		theme.ColorNameBackground:          rgb(0x14171C),
		theme.ColorNameForeground:          rgb(0xF2F4F7),
		theme.ColorNamePrimary:             rgb(0xFF9A55),
		theme.ColorNameForegroundOnPrimary: rgb(0x241003),
		theme.ColorNameHyperlink:           rgb(0xFF9A55),
		theme.ColorNameFocus:               color.NRGBA{0xFF, 0x9A, 0x55, 0x50},
		theme.ColorNameError:               rgb(0xFF9B97),
		theme.ColorNameWarning:             rgb(0xFFC46B),
		theme.ColorNamePlaceHolder:         rgb(0x98A1AE),
		theme.ColorNameDisabled:            rgb(0x98A1AE),
		theme.ColorNameInputBackground:     rgb(0x20252D),
		theme.ColorNameInputBorder:         rgb(0x4A5361),
		theme.ColorNameButton:              rgb(0x303743),
		theme.ColorNameOverlayBackground:   rgb(0x1B1F26),
		theme.ColorNameMenuBackground:      rgb(0x262C36),
		ColorCard:                          rgb(0x20252D),
		ColorQuiet:                         rgb(0xAEB6C2),
		ColorOrder:                         rgb(0xFF9A55),
		ColorTest:                          rgb(0x8DB8FF),
		ColorHovered:                       rgb(0xFFAD75),
		ColorPressed:                       rgb(0xD9772F),
		ColorWaiting:                       rgb(0x303743),
		ColorOnWaiting:                     rgb(0xAEB6C2),
		ColorPopupFrame:                    rgb(0x3D4552),
		ColorPlainHovered:                  rgb(0x3C4553),
		ColorPlainPressed:                  rgb(0x49545F),
		ColorBad:                           rgb(0xC9252C),
		ColorOnBad:                         rgb(0xFFFFFF),
		ColorBadEdge:                       rgb(0xFF7A75),
		ColorBadCard:                       rgb(0x341D20),
		ColorWarn:                          rgb(0xF2B335),
		ColorOnWarn:                        rgb(0x2A1B00),
		ColorWarnEdge:                      rgb(0xFFD075),
		ColorWarnCard:                      rgb(0x302816),
		ColorCalm:                          rgb(0x1E3352),
		ColorOnCalm:                        rgb(0xD6E5FF),
		ColorCalmEdge:                      rgb(0x8DB8FF),
		ColorCancelled:                     rgb(0xC9CFD8),
		ColorOnCancelled:                   rgb(0x14171C),
		ColorCancelledEdge:                 rgb(0xF2F4F7),
		ColorCancelledCard:                 rgb(0x383F4B),
	}
}

func rgb(hex uint32) color.Color {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xFF}
}
