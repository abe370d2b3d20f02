package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// connection is the page that a store needs first.
func (f *form) connection() fyne.CanvasObject {
	say := f.cfg.Words.Say
	f.advanced = widget.NewAccordion(widget.NewAccordionItem(say("window.settings.advanced"), f.advancedFields()))
	return rows(
		f.field(fieldServer, say("window.settings.server"), f.server),
		beside(
			f.field(fieldMart, say("window.settings.mart"), f.mart),
			f.field(fieldCode, say("window.settings.code"), f.code)),
		f.field(fieldDevice, say("window.settings.device"), f.device),
		f.advanced,
	)
}

// advancedFields are for whoever runs the server.
func (f *form) advancedFields() fyne.CanvasObject {
	say := f.cfg.Words.Say
	return container.New(layout.NewCustomPaddedVBoxLayout(0),
		f.insecure, tight(f.problems[fieldInsecure]),
		f.field(fieldCA, say("window.settings.ca"), container.NewBorder(nil, nil, nil,
			&widget.Button{Text: say("window.settings.ca.choose"), OnTapped: f.chooseCA}, f.ca)))
}

// chooseCA lets a person pick a file. The agent finds out whether it has authorities.
func (f *form) chooseCA() {
	f.choose(f.ca, f.cfg.Words.Say("window.settings.ca.choose"), ".pem", ".crt", ".cer")
}
