package ui

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/history"
	"jumun/desktop/internal/ui/popup"
	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/settings"
)

// windows are the windows of the process. Its methods run on Fyne's goroutine.
type windows struct {
	app      fyne.App
	cfg      Config
	out      *ipc.Writer
	stop     context.CancelCauseFunc
	popup    *popup.Popup
	flash    *popup.Flash
	settings *settings.Form      // while it is open
	history  *history.Window     // while it is open
	pin      *settings.PINWindow // asks for the PIN to quit, while it is open
}

// A writeError means that the agent no longer reads what this process writes.
type writeError struct{ error }

func newWindows(a fyne.App, cfg Config, out *ipc.Writer, stop context.CancelCauseFunc) *windows {
	w := &windows{app: a, cfg: cfg, out: out, stop: stop}
	// Fyne ends with its last window, so this one exists from start to end.
	w.popup = popup.New(w.open("window.popup.title"), cfg.Translator, w.send, screen.WorkArea)
	w.flash = popup.NewFlash(func() fyne.Window { return w.open("window.popup.title") }, screen.WorkArea)
	w.cfg.Aside = func(window fyne.Window) { screen.MoveAside(window, w.popup.Strip) }
	a.Settings().AddListener(func(fyne.Settings) { w.popup.Repaint() })
	return w
}

// tick updates what depends on the time.
func (w *windows) tick() {
	w.popup.Tick()
	if w.history != nil {
		w.history.Tick()
	}
}

// open makes a window with a title.
func (w *windows) open(title string) fyne.Window {
	return w.app.NewWindow(w.cfg.Translator.Text(title))
}

// handle does what a line from the agent asks for.
func (w *windows) handle(l ipc.ToUI) {
	if l.Popup != nil {
		w.popup.Show(*l.Popup)
		w.flash.Show(l.Popup.Flash, l.Popup.Place.Monitor)
	}
	if l.Settings != nil {
		w.showSettings(*l.Settings)
	}
	if l.Report != nil && w.settings != nil {
		w.settings.Report(*l.Report)
	}
	if l.OpenHistory {
		w.showHistory()
	}
	if l.Page != nil && w.history != nil {
		w.history.Found(*l.Page)
	}
	if l.Exported != nil {
		w.exported(*l.Exported)
	}
	if l.AskPIN != nil {
		w.askPIN(*l.AskPIN)
	}
}

// send writes a line to the agent. If the agent does not read, send blocks, and the
// windows with it: without the agent nothing a person does here has any effect.
func (w *windows) send(l ipc.FromUI) {
	if err := w.out.Send(l); err != nil {
		w.stop(writeError{fmt.Errorf("write to the agent: %w", err)})
	}
}

// showSettings opens the settings window, or passes the agent's answer to the open one.
func (w *windows) showSettings(v ipc.SettingsView) {
	switch {
	case w.settings != nil:
		w.settings.Answer(v)
	case !v.Saved:
		window := w.open("window.settings.title")
		window.SetOnClosed(w.settingsClosed)
		w.settings = settings.New(window, w.cfg, w.send)
		w.settings.Open(v)
	}
}

func (w *windows) settingsClosed() {
	w.settings = nil
	w.send(ipc.FromUI{SettingsClosed: true})
}

func (w *windows) showHistory() {
	if w.history == nil {
		w.history = history.New(w.open("window.history.title"), w.cfg.Translator, w.send, w.cfg.Aside)
		w.history.OnClosed = func() { w.history = nil }
	}
	w.history.Open()
}

// exported tells both windows: each knows the path of the file that it asked for.
func (w *windows) exported(e ipc.ExportResult) {
	if w.history != nil {
		w.history.Exported(e)
	}
	if w.settings != nil {
		w.settings.Exported(e)
	}
}

func (w *windows) askPIN(q ipc.AskPIN) {
	if w.pin == nil {
		window := w.open("window.pin.title")
		window.SetOnClosed(func() { w.pin = nil })
		w.pin = settings.NewPINWindow(window, w.cfg, w.send)
	}
	w.pin.Ask(q)
}
