package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/settings"
	"jumun/shared/wire"
)

// newManagedHints returns what stands below the fields that an administrator can decide: the usual hint, if any, or
// that it was decided.
func (f *Form) newManagedHints() map[string]*widget.Label {
	updates := hint("")
	updates.Hide() // most PCs have no administrator, and the page has no room to spare
	return map[string]*widget.Label{
		fieldNoUpdates: updates,
		fieldServer:    hint(""), fieldMart: hint(""), fieldHours: hint(f.cfg.Translator.Text("window.settings.hours.hint")),
	}
}

// setManaged keeps people from changing what an administrator decided, and says why.
func (f *Form) setManaged(names []string) {
	inputs := map[string][]fyne.Disableable{
		fieldServer: {f.server}, fieldMart: {f.mart},
		fieldNoUpdates: {f.updates},
		fieldHours:     {f.opens, f.closes, f.pause, f.holidays, f.outside.input},
	}
	for _, day := range f.week {
		inputs[fieldHours] = append(inputs[fieldHours], day)
	}
	for _, name := range names {
		for _, input := range inputs[name] {
			input.Disable()
		}
		if below := f.managed[name]; below != nil { // a newer agent may know more of them
			below.SetText(f.cfg.Translator.Text("window.settings.managed"))
			below.Show()
		}
	}
}

// linkProblem returns why a pairing link is not for this PC; "" if it is.
func (f *Form) linkProblem(link wire.PairingLink) string {
	tr, asked := f.cfg.Translator.Text, settings.Clean(settings.Settings{Server: link.Server, Mart: link.Mart})
	switch {
	case f.server.Disabled() && asked.Server != f.server.Text:
		return tr("managed.server", "Server", f.server.Text)
	case f.mart.Disabled() && string(asked.Mart) != f.mart.Text:
		return tr("managed.mart", "Mart", f.mart.Text)
	}
	return ""
}
