package settings

import (
	"cmp"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/widgets"
)

// makeInputs makes every input of the form.
func (f *Form) makeInputs() {
	tr := f.cfg.Translator.Text
	f.server = f.newEntry("https://jumun.example.com")
	f.mart = f.newEntry("42")
	f.code = f.newEntry("ABCD-EFGH")
	f.paired = &widget.Label{SizeName: theme.SizeNameCaptionText, Truncation: fyne.TextTruncateEllipsis}
	f.server.paste, f.mart.paste, f.code.paste = f.useLink, f.useLink, f.useLink
	f.device = f.newEntry(hostname())
	f.insecure = &widget.Check{Text: tr("window.settings.insecure")}
	f.ca = f.newEntry(tr("window.settings.ca.system"))

	f.volume = &widget.Slider{Max: 100, Step: 5}
	f.percent = &widget.Label{Alignment: fyne.TextAlignTrailing}
	f.tune = newChoice([]string{settings.TuneVoice, settings.TuneVoice2, settings.TuneVoice3, settings.TuneChime, settings.TuneBell}, f.tuneName)
	f.sound = f.newEntry(tr("window.settings.sound.none"))
	f.raise = &widget.Check{Text: tr("window.settings.raise")}
	f.digits = &widget.Check{Text: tr("window.settings.digits")}
	f.repeat, f.remind, f.late, f.veryLate = f.newEntry(""), f.newEntry(""), f.newEntry(""), f.newEntry("")
	f.test = newTestReport(f.cfg.Translator)

	f.opens, f.closes = f.newEntry("09:00"), f.newEntry("22:00")
	f.outside = newChoice([]string{settings.OutsideRing, settings.OutsidePopup, settings.OutsideSilent}, f.outsideName)
	f.pause, f.holidays = f.newEntry("15:00-17:00"), f.newEntry("12/25, 2027/2/6~2/8")
	for day := range f.week {
		f.week[day] = f.newEntry(tr("window.settings.day.same"))
	}
	f.outsideHint = hint("")
	f.patience = f.newEntry("")
	f.awake = &widget.Check{Text: tr("window.settings.awake")}

	f.language = newChoice([]string{"", "ko", "en"}, f.languageName)
	f.scale = newChoice([]float64{0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5}, percent)
	f.corner = newChoice([]string{settings.BottomRight, settings.BottomLeft, settings.TopRight, settings.TopLeft}, f.cornerName)
	f.size = newChoice([]float64{0, 1.25, 1.5}, func(v float64) string { return percent(cmp.Or(v, 1)) })
	f.monitor = newChoice(append([]string{""}, f.cfg.monitors()...), f.monitorName)
	f.flash = &widget.Check{Text: tr("window.settings.flash")}
	f.login = &widget.Check{Text: tr("window.settings.login")}
	f.updates = &widget.Check{Text: tr("window.settings.updates")}
	f.pin = f.newPINFields()
	f.export = f.newExportRow()
	f.facts = &widget.Label{Wrapping: fyne.TextWrapBreak}
}

// watchInputs checks each input from now on when a person changes it.
func (f *Form) watchInputs() {
	for name, entries := range map[string][]*entry{
		fieldDevice: {f.device}, fieldCA: {f.ca},
		fieldRepeat: {f.repeat}, fieldRemind: {f.remind}, fieldAging: {f.late, f.veryLate},
		fieldHours: append([]*entry{f.opens, f.closes, f.pause, f.holidays}, f.week[:]...), fieldPatience: {f.patience}, fieldPIN: {f.pin.entry},
	} {
		for _, entry := range entries {
			entry.OnChanged = func(string) { f.check(name) }
		}
	}
	for name, entry := range map[string]*entry{fieldServer: f.server, fieldMart: f.mart, fieldCode: f.code} {
		entry.OnChanged = func(typed string) { // a scanner of QR codes types
			if !f.useLink(typed) {
				f.check(name)
			}
		}
	}
	for name, chosen := range map[string]*widgets.Select{
		fieldTune: f.tune.input, fieldLanguage: f.language.input, fieldScale: f.scale.input,
	} {
		chosen.OnChanged = func(string) { f.check(name) }
	}
	f.outside.input.OnChanged = func(string) { f.showOutside(); f.check(fieldHours) }
	f.sound.OnChanged = func(string) { f.showTune(); f.check(fieldSound) }
	f.volume.OnChanged = func(float64) { f.showPercent(); f.check(fieldVolume) }
	f.insecure.OnChanged = func(bool) { f.check(fieldInsecure) }
	f.raise.OnChanged = func(bool) { f.check(fieldRaise) }
	f.digits.OnChanged = func(bool) { f.check(fieldDigits) }
	f.awake.OnChanged = func(bool) { f.check(fieldAwake) }
	for _, chosen := range []*widgets.Select{f.corner.input, f.size.input, f.monitor.input} {
		chosen.OnChanged = func(string) { f.check(fieldPopup) }
	}
	f.flash.OnChanged = func(bool) { f.check(fieldFlash) }
	f.login.OnChanged = func(bool) { f.check(fieldLogin) }
	f.pin.remove.OnChanged = func(bool) { f.pin.show(); f.check(fieldPIN) }
}

func (f *Form) tuneName(tune string) string {
	switch tr := f.cfg.Translator.Text; tune {
	case settings.TuneVoice:
		return tr("window.settings.tune.voice")
	case settings.TuneVoice2:
		return tr("window.settings.tune.voice2")
	case settings.TuneVoice3:
		return tr("window.settings.tune.voice3")
	case settings.TuneChime:
		return tr("window.settings.tune.chime")
	case settings.TuneBell:
		return tr("window.settings.tune.bell")
	}
	return tune // a newer version's
}

func (f *Form) outsideName(outside string) string {
	switch tr := f.cfg.Translator.Text; outside {
	case settings.OutsideRing:
		return tr("window.settings.outside.ring")
	case settings.OutsidePopup:
		return tr("window.settings.outside.popup")
	case settings.OutsideSilent:
		return tr("window.settings.outside.silent")
	}
	return outside
}

func (f *Form) cornerName(corner string) string {
	switch tr := f.cfg.Translator.Text; corner {
	case settings.BottomRight:
		return tr("window.settings.corner.bottom-right")
	case settings.BottomLeft:
		return tr("window.settings.corner.bottom-left")
	case settings.TopRight:
		return tr("window.settings.corner.top-right")
	case settings.TopLeft:
		return tr("window.settings.corner.top-left")
	}
	return corner
}

func (f *Form) monitorName(name string) string {
	return cmp.Or(name, f.cfg.Translator.Text("window.settings.monitor.main"))
}

// languageName returns a language's own name for itself, which its speakers can find.
func (f *Form) languageName(language string) string {
	switch language {
	case "":
		return f.cfg.Translator.Text("window.settings.language.system")
	case "ko":
		return "한국어"
	case "en":
		return "English"
	}
	return language
}

func percent(v float64) string { return fmt.Sprintf("%.0f%%", v*100) }

func (f *Form) showPercent() { f.percent.SetText(fmt.Sprintf("%.0f%%", f.volume.Value)) }

// showTune disables the built-in sounds while a file plays in their place.
func (f *Form) showTune() {
	if strings.TrimSpace(f.sound.Text) == "" {
		f.tune.input.Enable()
	} else {
		f.tune.input.Disable()
	}
}
