package ui

import "fyne.io/fyne/v2"

// times is the page about when to ring, and when to worry.
func (f *form) times() fyne.CanvasObject {
	say := f.cfg.Words.Say
	return apart(
		f.field(fieldHours, say("window.settings.hours"), beside(
			withUnit(f.opens, say("window.settings.hours.open")), withUnit(f.closes, say("window.settings.hours.close")))),
		rows(half(rows(heading(say("window.settings.outside")), f.outside.input)), tight(hint(say("window.settings.outside.hint")))),
		half(f.field(fieldPatience, say("window.settings.patience"), withUnit(f.patience, say("window.settings.seconds")))),
	)
}
