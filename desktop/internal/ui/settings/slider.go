package settings

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

func (f *Form) volumeRow() fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, f.percentBox(),
		container.NewThemeOverride(f.volume, sliderTheme{fyne.CurrentApp().Settings().Theme()}))
}

// percentBox returns the percentage in the width of its widest text, so that the slider
// does not move.
func (f *Form) percentBox() fyne.CanvasObject {
	width := widget.NewLabel("100%").MinSize()
	return container.NewStack(container.NewGridWrap(width, layout.NewSpacer()), f.percent)
}

// sliderTheme colours a slider; Fyne draws its track in the colour of entries.
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
