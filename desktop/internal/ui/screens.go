package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/ipc"
)

// screens are the windows of the process. Its methods run on Fyne's goroutine.
type screens struct {
	app     fyne.App
	cfg     Config
	out     *ipc.Writer
	stop    context.CancelCauseFunc
	popup   *popup
	form    *form      // the settings window, while it is open
	history *history   // while it is open
	pin     *pinWindow // that asks for the PIN to quit, while it is open
}

// A broken error says that the agent no longer hears us.
type broken struct{ error }

func newScreens(a fyne.App, cfg Config, out *ipc.Writer, stop context.CancelCauseFunc) *screens {
	u := &screens{app: a, cfg: cfg, out: out, stop: stop}
	// Fyne ends with its last window, so this one exists from start to end.
	u.popup = newPopup(a.NewWindow(cfg.Translator.Text("window.popup.title")), cfg.Translator, u.send, workArea)
	a.Settings().AddListener(func(fyne.Settings) { u.popup.repaint() })
	return u
}

// handle does what a line from the agent says.
func (u *screens) handle(l ipc.ToUI) {
	if l.Popup != nil {
		u.popup.show(*l.Popup)
	}
	if l.Settings != nil {
		u.settings(*l.Settings)
	}
	if l.Report != nil && u.form != nil {
		u.form.report(*l.Report)
	}
	if l.OpenHistory {
		u.openHistory()
	}
	if l.Page != nil && u.history != nil {
		u.history.found(*l.Page)
	}
	if l.Exported != nil {
		u.exported(*l.Exported)
	}
	if l.AskPIN != nil {
		u.askPIN(*l.AskPIN)
	}
}

// send tells the agent. Should it not read, this waits, and the windows with it:
// without the agent nothing a person does here has any effect.
func (u *screens) send(l ipc.FromUI) {
	if err := u.out.Send(l); err != nil {
		u.stop(broken{fmt.Errorf("the agent is gone: %w", err)})
	}
}

// settings opens the settings window, or answers what was saved in the open one.
func (u *screens) settings(v ipc.SettingsView) {
	switch {
	case u.form != nil:
		u.form.answer(v)
	case !v.Saved:
		u.form = newForm(u.app.NewWindow(u.cfg.Translator.Text("window.settings.title")), u.cfg, u.send)
		u.form.window.SetOnClosed(u.settingsClosed)
		u.form.open(v)
	}
}

func (u *screens) openHistory() {
	if u.history == nil {
		u.history = newHistory(u.app.NewWindow(u.cfg.Translator.Text("window.history.title")), u.cfg.Translator, u.send)
		u.history.gone = func() { u.history = nil }
	}
	u.history.open()
}

// exported tells both windows: each asks for files of its own, and knows its path.
func (u *screens) exported(e ipc.ExportResult) {
	if u.history != nil {
		u.history.exported(e)
	}
	if u.form != nil {
		u.form.exported(e)
	}
}

func (u *screens) askPIN(q ipc.AskPIN) {
	if u.pin == nil {
		w := u.app.NewWindow(u.cfg.Translator.Text("window.pin.title"))
		w.SetOnClosed(func() { u.pin = nil })
		u.pin = newPINWindow(w, u.cfg.Translator, u.send)
	}
	u.pin.ask(q)
}

func (u *screens) settingsClosed() {
	u.form = nil
	u.send(ipc.FromUI{SettingsClosed: true})
}
