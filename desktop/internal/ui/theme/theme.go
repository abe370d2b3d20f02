// Package theme is the look that all windows share: colours, fonts and sizes.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"jumun/assets/fonts"
)

// The popup's place at the right edge of the screen, in Fyne's units, which are pixels at
// 120 dots per inch and below. Other windows leave it free.
const (
	PopupWidth  = 444
	PopupMargin = 12 // between the popup and the edges of the work area
)

// A Theme is Fyne's default theme with our font, colours and sizes.
type Theme struct {
	fyne.Theme
	regular, bold fyne.Resource
	light, dark   map[fyne.ThemeColorName]color.Color
}

// New returns the theme.
func New() *Theme {
	return &Theme{
		Theme:   theme.DefaultTheme(),
		regular: fyne.NewStaticResource("regular.ttf", fonts.Regular()),
		bold:    fyne.NewStaticResource("bold.ttf", fonts.Bold()),
		light:   lightColors(), dark: darkColors(),
	}
}

// Color implements fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	colors := t.light
	if variant == theme.VariantDark {
		colors = t.dark
	}
	if c, ok := colors[name]; ok {
		return c
	}
	return t.Theme.Color(name, variant)
}

// Font implements fyne.Theme. It returns our font for every style, since Fyne's fonts have
// no Hangul, except for symbols such as the dots of a password.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return t.Theme.Font(style)
	case style.Bold:
		return t.bold
	}
	return t.regular
}

// Size implements fyne.Theme.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
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
