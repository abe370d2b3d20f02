package settings

import (
	"testing"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

// openForm is an open form as large as its window. The notice of v is the ID of a text.
func openForm(w *i18n.Translator, v ipc.SettingsView, then func(*Form)) fyne.CanvasObject {
	cfg := Config{Translator: w, Check: uitest.Check(w), Version: "1.2.3"}
	if v.Notice != "" {
		v.Notice = w.Text(v.Notice)
	}
	f := New(fyne.CurrentApp().NewWindow(""), cfg, func(ipc.FromUI) {})
	f.Open(v)
	then(f)
	return whole(f.window)
}

// whole gives a window's content its size again: wrapped texts know their height once they know
// their width.
func whole(w fyne.Window) fyne.CanvasObject {
	for range 2 {
		w.Resize(w.Canvas().Size().SubtractWidthHeight(1, 0))
		w.Resize(w.Canvas().Size().AddWidthHeight(1, 0))
	}
	return w.Content()
}

func TestGalleryOfTheSettings(t *testing.T) {
	steps := func(f *Form) []ipc.TestStep {
		return []ipc.TestStep{{Name: ipc.StepServer, State: ipc.StepGood}, {Name: ipc.StepStream, State: ipc.StepGood}, {Name: ipc.StepDisk, State: ipc.StepGood},
			{Name: ipc.StepSound, State: ipc.StepBad, Detail: f.cfg.Translator.Text("agent.no-sound")}, {Name: ipc.StepWindow, State: ipc.StepOpen}}
	}
	view := ipc.SettingsView{Settings: uitest.Settings(), Paired: "강남점", HasPIN: true}
	advanced := view
	advanced.Settings.CA, advanced.Settings.Insecure = "/etc/ssl/our.pem", true
	screens := []struct {
		name string
		view ipc.SettingsView
		then func(*Form)
	}{
		{"settings-connection", view, func(*Form) {}},
		{"settings-advanced", advanced, func(*Form) {}},
		{"settings-first", ipc.SettingsView{Settings: settings.Settings{Device: "PC", Volume: 0.8}, Notice: "refused.unpaired"}, func(*Form) {}},
		{"settings-alarm", view, func(f *Form) { f.showPage(1) }},
		{"settings-alarm-tried", view, func(f *Form) {
			f.showPage(1)
			f.sound.SetText("/home/shop/벨.wav")
			f.Report(ipc.TestReport{Steps: steps(f)})
		}},
		{"settings-times", view, func(f *Form) { f.showPage(2) }},
		{"settings-week", view, func(f *Form) { f.showPage(2); f.days.Open(0); f.week[1].SetText(f.dayText(settings.DayOff)) }},
		{"settings-general", view, func(f *Form) { f.showPage(3) }},
		{"settings-general-no-pin", ipc.SettingsView{Settings: uitest.Settings()}, func(f *Form) {
			f.showPage(3)
			f.pin.entry.SetText("12")
		}},
		{"settings-about", ipc.SettingsView{Settings: uitest.Settings(), About: true}, func(f *Form) {
			f.exportTo("/tmp/jumun.zip")
			f.Exported(ipc.ExportResult{Path: "/tmp/jumun.zip"})
		}},
		{"settings-problems", view, func(f *Form) {
			f.server.SetText("http://jumun.example.com")
			f.code.SetText("ABCD")
			f.veryLate.SetText("1")
			f.closes.SetText("")
			f.save()
		}},
		{"settings-unsaved", view, func(f *Form) { f.device.SetText("2"); f.close() }},
		{"settings-shop", ipc.SettingsView{Shop: "강남점"}, func(*Form) {}},
		{"settings-locked", ipc.SettingsView{Locked: true, Notice: "agent.pin-wrong"}, func(*Form) {}},
	}
	for _, s := range screens {
		uitest.Gallery(t, s.name, func(w *i18n.Translator) fyne.CanvasObject { return openForm(w, s.view, s.then) })
	}
	// as on a screen of 800 × 600 at scale 2
	uitest.GalleryAt(t, "settings-800x600-at-2", 2, func(w *i18n.Translator) fyne.CanvasObject {
		o := openForm(w, view, func(f *Form) { f.showPage(1) })
		o.Resize(fyne.NewSize(398, 262))
		return o
	})
	uitest.Gallery(t, "pin-quit", func(w *i18n.Translator) fyne.CanvasObject {
		p := NewPINWindow(fyne.CurrentApp().NewWindow(""), Config{Translator: w}, func(ipc.FromUI) {})
		p.Ask(ipc.AskPIN{Wrong: w.Text("agent.pin-wrong")})
		return p.window.Content()
	})
}
