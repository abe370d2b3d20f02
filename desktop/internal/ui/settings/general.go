package settings

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
)

// general returns the page about jumun on this PC.
func (f *Form) general() fyne.CanvasObject {
	tr := f.cfg.Translator.Text
	return groups(
		beside(
			f.field(fieldLanguage, tr("window.settings.language"), f.language.input),
			f.field(fieldScale, tr("window.settings.scale"), f.scale.input)),
		beside(
			f.field(fieldPopup, tr("window.settings.popup"), f.corner.input),
			rows(heading(tr("window.settings.popup.size")), f.size.input)),
		beside(
			rows(heading(tr("window.settings.monitor")), f.monitor.input),
			rows(f.login, f.updates, f.managed[fieldNoUpdates], f.flash, tight(container.New(pageStack{}, f.problems[fieldLogin], f.problems[fieldFlash])))),
		f.field(fieldPIN, tr("window.settings.pin"), beside(f.pin.entry, f.pin.remove)),
		rows(), // so that all of the last problem can be scrolled to
	)
}

// An exportRow saves the diagnostics file.
type exportRow struct {
	button *widget.Button
	result *widget.Label
}

func (f *Form) newExportRow() exportRow {
	tr := f.cfg.Translator.Text
	return exportRow{
		button: &widget.Button{Text: tr("window.settings.export.choose"), Icon: theme.DocumentSaveIcon(), OnTapped: f.chooseExport},
		result: hint(tr("window.settings.export.hint")),
	}
}

// chooseExport asks where to save the file. Fyne's dialog makes an empty file there.
func (f *Form) chooseExport() {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if err != nil || file == nil { // it cannot be written, or the person changed their mind
			return
		}
		file.Close()
		f.exportTo(file.URI().Path())
	}, f.window)
	d.SetTitleText(f.cfg.Translator.Text("window.settings.export.choose"))
	d.SetFileName("jumun-" + time.Now().Format("20060102-1504") + ".zip") // Hangul cannot be typed everywhere
	d.Show()
}

func (f *Form) exportTo(path string) {
	f.export.button.Disable()
	f.export.setResult(f.cfg.Translator.Text("window.settings.export.busy"), widget.LowImportance)
	f.send(ipc.FromUI{Export: &ipc.Export{Path: path}})
}

// Exported shows whether the agent wrote the file.
func (f *Form) Exported(e ipc.ExportResult) {
	if !f.export.button.Disabled() { // the file is the history's
		return
	}
	f.export.button.Enable()
	if e.Error != "" {
		f.export.setResult(e.Error, widget.DangerImportance)
		return
	}
	f.export.setResult(f.cfg.Translator.Text("window.settings.export.done", "Path", e.Path), widget.MediumImportance)
}

func (r exportRow) setResult(text string, importance widget.Importance) {
	r.result.Importance = importance
	r.result.SetText(text)
}

// pinFields are the inputs that set, change or remove the PIN.
type pinFields struct {
	entry  *entry
	remove *widget.Check
	hint   *widget.Label // whether there is one
	tr     func(id string, pairs ...any) string
}

func (f *Form) newPINFields() pinFields {
	tr := f.cfg.Translator.Text
	return pinFields{
		entry:  newPasswordEntry(f.save),
		remove: &widget.Check{Text: tr("window.settings.pin.remove")},
		hint:   hint(""),
		tr:     tr,
	}
}

func (p pinFields) fill(has bool) {
	p.hint.SetText(p.tr("window.settings.pin.none"))
	p.entry.SetPlaceHolder(p.tr("window.settings.pin.new"))
	p.remove.Hidden = !has
	if has {
		p.hint.SetText(p.tr("window.settings.pin.set"))
		p.entry.SetPlaceHolder(p.tr("window.settings.pin.change"))
	}
}

// show disables the entry while the PIN is to be removed.
func (p pinFields) show() {
	if p.remove.Checked {
		p.entry.SetText("")
		p.entry.Disable()
	} else {
		p.entry.Enable()
	}
}

// typed returns the PIN to set, "" to remove it, or nil to keep it.
func (p pinFields) typed() *string {
	pin := strings.TrimSpace(p.entry.Text)
	if pin == "" && !p.remove.Checked {
		return nil
	}
	return &pin
}

// pinProblem returns what is wrong with the PIN to set, or "". The check of the settings
// cannot do this, since they hold only the PIN's hash.
func (f *Form) pinProblem() string {
	pin := strings.TrimSpace(f.pin.entry.Text)
	if pin == "" || len(pin) >= 4 && len(pin) <= 12 && strings.Trim(pin, "0123456789") == "" {
		return ""
	}
	return f.cfg.Translator.Text("window.settings.pin.malformed")
}
