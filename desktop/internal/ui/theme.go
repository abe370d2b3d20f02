package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"jumun/assets/fonts"
)

// Lengths in Fyne's units, which are pixels at 120 dots per inch and below.
const (
	cardWidth    = 420 // holds 13 digits, such as 20240727-0001, at 44
	cardHeight   = 200 // three and the row fit into 1024 × 768 less a taskbar of 48
	cardGap      = 8
	cardInset    = 16
	cardRadius   = 10
	stripeWidth  = 8
	headerTop    = 8
	headerHeight = 24
	bandHeight   = 2*headerTop + headerHeight
	footerBottom = 12
	footerHeight = 56 // a finger needs 48
	buttonWidth  = 160
	martHeight   = 22 // below an amount
	rowHeight    = 48 // a finger's
	countWidth   = 132
	popupPadding = 12
	popupMargin  = 12 // between the popup and the edges of the work area

	titleSize   = 19
	sinceSize   = 16
	lateSize    = 19 // of since, when it is late
	summarySize = 16
	summaryGap  = 4 // below the summary
	buttonSize  = 22
	moreSize    = 17
	allSize     = 20 // holds the question about a thousand orders

	bannerInset   = 12
	bannerGap     = 2
	bannerSize    = 19
	bannerDoSize  = 16
	countdownSize = 30
	countdownRoom = 116 // holds 9:59:59
)

// numberLadder makes a usual order number 10 mm high on a usual till's screen, to be
// read from 2 m, and holds 64 Hangul in its last rung.
func numberLadder() []rung {
	return []rung{{54, 1}, {44, 1}, {36, 1}, {28, 2}, {19, 3}, {15, 3}, {14, 4}}
}

// sentenceLadder holds a short sentence in one line: between words it would be cut anywhere.
func sentenceLadder() []rung { return []rung{{30, 1}, {24, 1}, {20, 1}, {17, 1}} }

// amountLadder holds what a shop usually takes in its first rung; the last one ends in "…".
func amountLadder() []rung { return []rung{{26, 1}, {22, 1}, {18, 1}, {15, 1}} }

// martLadder holds 64 Hangul beside the button.
func martLadder() []rung { return []rung{{18, 1}, {16, 2}, {13, 3}, {11, 4}} }

// martBelowLadder is for the one line below an amount.
func martBelowLadder() []rung { return []rung{{16, 1}, {13, 1}} }

// Colours beyond Fyne's. Every text has a contrast of at least 4.5 to what it is on.
const (
	colorCard       fyne.ThemeColorName = "jumun.card"
	colorQuiet      fyne.ThemeColorName = "jumun.quiet" // secondary text
	colorOrder      fyne.ThemeColorName = "jumun.order"
	colorTest       fyne.ThemeColorName = "jumun.test"
	colorPressed    fyne.ThemeColorName = "jumun.pressed" // the button, while pressed
	colorHovered    fyne.ThemeColorName = "jumun.hovered" // the button, under the mouse
	colorSpent      fyne.ThemeColorName = "jumun.spent"   // the button, after it
	colorOnSpent    fyne.ThemeColorName = "jumun.on-spent"
	colorPopupFrame fyne.ThemeColorName = "jumun.frame"

	colorPlainHovered fyne.ThemeColorName = "jumun.plain-hovered" // the button that is not the main one
	colorPlainPressed fyne.ThemeColorName = "jumun.plain-pressed"

	// Three tones, each with what is written on it. The edge tells the tone from what is around it.
	colorBad      fyne.ThemeColorName = "jumun.bad"
	colorOnBad    fyne.ThemeColorName = "jumun.on-bad"
	colorBadEdge  fyne.ThemeColorName = "jumun.bad-edge"
	colorBadCard  fyne.ThemeColorName = "jumun.bad-card" // a card's paper
	colorWarn     fyne.ThemeColorName = "jumun.warn"
	colorOnWarn   fyne.ThemeColorName = "jumun.on-warn"
	colorWarnEdge fyne.ThemeColorName = "jumun.warn-edge"
	colorWarnCard fyne.ThemeColorName = "jumun.warn-card"
	colorCalm     fyne.ThemeColorName = "jumun.calm"
	colorOnCalm   fyne.ThemeColorName = "jumun.on-calm"
	colorCalmEdge fyne.ThemeColorName = "jumun.calm-edge"
)

// ourTheme is Fyne's with our font, colours and sizes.
type ourTheme struct {
	fyne.Theme
	regular, bold fyne.Resource
	light, dark   map[fyne.ThemeColorName]color.Color
}

func newTheme() *ourTheme {
	return &ourTheme{
		Theme:   theme.DefaultTheme(),
		regular: fyne.NewStaticResource("regular.ttf", fonts.Regular()),
		bold:    fyne.NewStaticResource("bold.ttf", fonts.Bold()),
		light:   lightColors(), dark: darkColors(),
	}
}

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
		colorCard:                          rgb(0xFFFFFF),
		colorQuiet:                         rgb(0x525A66),
		colorOrder:                         rgb(0xB93D0A),
		colorTest:                          rgb(0x1D55B8),
		colorHovered:                       rgb(0xA33407),
		colorPressed:                       rgb(0x7F2804),
		colorSpent:                         rgb(0xDFE2E7),
		colorOnSpent:                       rgb(0x525A66),
		colorPopupFrame:                    rgb(0xC3C8D0),
		colorPlainHovered:                  rgb(0xD2D7DE),
		colorPlainPressed:                  rgb(0xBEC5CF),
		colorBad:                           rgb(0xC4161E),
		colorOnBad:                         rgb(0xFFFFFF),
		colorBadEdge:                       rgb(0x8E0B12),
		colorBadCard:                       rgb(0xFFECEA),
		colorWarn:                          rgb(0xFFBE2E),
		colorOnWarn:                        rgb(0x2B1D00),
		colorWarnEdge:                      rgb(0xAD6800),
		colorWarnCard:                      rgb(0xFFF6DF),
		colorCalm:                          rgb(0xD9E6FB),
		colorOnCalm:                        rgb(0x12315F),
		colorCalmEdge:                      rgb(0x1D55B8),
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
		colorCard:                          rgb(0x20252D),
		colorQuiet:                         rgb(0xAEB6C2),
		colorOrder:                         rgb(0xFF9A55),
		colorTest:                          rgb(0x8DB8FF),
		colorHovered:                       rgb(0xFFAD75),
		colorPressed:                       rgb(0xD9772F),
		colorSpent:                         rgb(0x303743),
		colorOnSpent:                       rgb(0xAEB6C2),
		colorPopupFrame:                    rgb(0x3D4552),
		colorPlainHovered:                  rgb(0x3C4553),
		colorPlainPressed:                  rgb(0x49545F),
		colorBad:                           rgb(0xC9252C),
		colorOnBad:                         rgb(0xFFFFFF),
		colorBadEdge:                       rgb(0xFF7A75),
		colorBadCard:                       rgb(0x341D20),
		colorWarn:                          rgb(0xF2B335),
		colorOnWarn:                        rgb(0x2A1B00),
		colorWarnEdge:                      rgb(0xFFD075),
		colorWarnCard:                      rgb(0x302816),
		colorCalm:                          rgb(0x1E3352),
		colorOnCalm:                        rgb(0xD6E5FF),
		colorCalmEdge:                      rgb(0x8DB8FF),
	}
}

func rgb(hex uint32) color.Color {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xFF}
}

// Color follows the light or dark variant that the system asks for.
func (t *ourTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	colors := t.light
	if variant == theme.VariantDark {
		colors = t.dark
	}
	if c, ok := colors[name]; ok {
		return c
	}
	return t.Theme.Color(name, variant)
}

// Font is ours for every style, since Fyne's own fonts have no Hangul. Symbols, such as
// the dots of a password, are Fyne's.
func (t *ourTheme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return t.Theme.Font(style)
	case style.Bold:
		return t.bold
	}
	return t.regular
}

func (t *ourTheme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameText:
		return 16
	case theme.SizeNameCaptionText:
		return 14
	case theme.SizeNameInnerPadding:
		return 10
	case theme.SizeNamePadding:
		return 5
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius:
		return 7
	}
	return t.Theme.Size(name)
}

// sliderTheme colours a slider, whose track Fyne draws in the colour of entries.
type sliderTheme struct{ fyne.Theme }

// Color implements fyne.Theme.
func (t sliderTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch name {
	case theme.ColorNameInputBackground:
		name = theme.ColorNameInputBorder
	case theme.ColorNameForeground:
		name = theme.ColorNamePrimary
	}
	return t.Theme.Color(name, variant)
}
