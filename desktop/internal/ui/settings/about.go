package settings

import (
	"cmp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// about returns the page for a person who asks for help on the telephone: what they are asked for, and the file that
// they are to send.
func (f *Form) about() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	const iconSize = 72
	return container.New(layout.NewCustomPaddedVBoxLayout(2*groupGap),
		container.New(layout.NewCustomPaddedLayout(0, 0, theme.InnerPadding(), 0), container.NewHBox(container.NewGridWrap(fyne.NewSize(iconSize, iconSize), newIcon()),
			container.NewVBox(
				&widget.Label{Text: tr("window.about.name"), TextStyle: fyne.TextStyle{Bold: true}, SizeName: theme.SizeNameSubHeadingText},
				tight(&widget.Label{Text: tr("window.settings.version", "Version", f.cfg.Version)})))),
		f.facts,
		rows(heading(tr("window.settings.export")), container.NewHBox(f.export.button), tight(f.export.result)),
		&widget.Label{Text: tr("window.about.licence"), Wrapping: fyne.TextWrapWord, SizeName: theme.SizeNameCaptionText},
	)
}

// showFacts shows which PC this is, as far as that is stored, and which newer version there is.
func (f *Form) showFacts(newer string) {
	tr, s := f.cfg.Translator.Text, f.stored
	mart := string(s.Mart)
	if name := s.ShopName(); name != "" {
		mart = name + " (" + mart + ")"
	}
	var lines []string
	for _, fact := range [][2]string{{tr("window.settings.mart"), mart}, {tr("window.settings.device"), cmp.Or(s.Device, hostname())}, {tr("window.settings.server"), s.Server}} {
		if fact[1] != "" {
			lines = append(lines, tr("window.about.fact", "Name", fact[0], "Value", fact[1]))
		}
	}
	if newer != "" {
		lines = append(lines, tr("window.about.newer", "Version", newer))
	}
	f.facts.SetText(strings.Join(lines, "\n"))
}
