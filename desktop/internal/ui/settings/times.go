package settings

import "fyne.io/fyne/v2"

// times returns the page about when to ring, and when to warn about a lost connection.
func (f *Form) times() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	return groups(
		f.field(fieldHours, tr("window.settings.hours"), beside(
			withUnit(f.opens, tr("window.settings.hours.open")), withUnit(f.closes, tr("window.settings.hours.close")))),
		rows(half(rows(heading(tr("window.settings.outside")), f.outside.input)), tight(hint(tr("window.settings.outside.hint")))),
		half(f.field(fieldPatience, tr("window.settings.patience"), withUnit(f.patience, tr("window.settings.seconds")))),
		rows(f.awake, tight(f.problems[fieldAwake])),
	)
}
