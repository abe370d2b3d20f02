package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// connection returns the page that a store needs first.
func (f *Form) connection() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	f.advanced = widget.NewAccordion(widget.NewAccordionItem(tr("window.settings.advanced"), f.advancedFields()))
	return rows(
		tight(hint(tr("window.settings.link"))),
		f.field(fieldServer, tr("window.settings.server"), f.server),
		beside(
			f.field(fieldMart, tr("window.settings.mart"), f.mart),
			f.field(fieldCode, tr("window.settings.code"), f.code)),
		f.field(fieldDevice, tr("window.settings.device"), f.device),
		f.advanced,
	)
}

// advancedFields returns the fields for whoever runs the server.
func (f *Form) advancedFields() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	return container.New(layout.NewCustomPaddedVBoxLayout(0),
		f.insecure, tight(f.problems[fieldInsecure]),
		f.field(fieldCA, tr("window.settings.ca"), container.NewBorder(nil, nil, nil,
			&widget.Button{Text: tr("window.settings.ca.choose"), OnTapped: f.chooseCA}, f.ca)))
}

// chooseCA lets a person choose a file. The agent checks whether it holds certificates.
func (f *Form) chooseCA() {
	f.choose(f.ca, f.cfg.Translator.Text("window.settings.ca.choose"), ".pem", ".crt", ".cer")
}
