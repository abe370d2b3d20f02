package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// about returns the page for a person who is asked on the telephone which version this is.
func (f *Form) about() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	const iconSize = 72
	return groups(
		container.New(layout.NewCustomPaddedLayout(0, 0, theme.InnerPadding(), 0), container.NewHBox(container.NewGridWrap(fyne.NewSize(iconSize, iconSize), newIcon()),
			container.NewVBox(
				&widget.Label{Text: tr("window.about.name"), TextStyle: fyne.TextStyle{Bold: true}, SizeName: theme.SizeNameSubHeadingText},
				tight(&widget.Label{Text: tr("window.settings.version", "Version", f.cfg.Version)})))),
		&widget.Label{Text: tr("window.about.licence"), Wrapping: fyne.TextWrapWord, SizeName: theme.SizeNameCaptionText},
	)
}
