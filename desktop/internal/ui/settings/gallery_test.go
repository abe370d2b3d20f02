package settings

import (
	"testing"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/settings"
	"jumun/desktop/internal/ui/uitest"
)

// openForm is an open form as large as its window.
func openForm(w *i18n.Translator, v ipc.SettingsView, then func(*Form)) fyne.CanvasObject {
	cfg := Config{Translator: w, Check: func(settings.Settings) map[string]string { return nil }, Version: "1.2.3"}
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
	about := []ipc.TestStep{{Name: ipc.StepServer, State: ipc.StepGood}, {Name: ipc.StepStream, State: ipc.StepGood}, {Name: ipc.StepDisk, State: ipc.StepGood},
		{Name: ipc.StepSound, State: ipc.StepBad, Detail: "소리가 나지 않습니다. 스피커를 확인하세요"}, {Name: ipc.StepWindow, State: ipc.StepOpen}}
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
		{"settings-first", ipc.SettingsView{Settings: settings.Settings{Device: "PC", Volume: 0.8}, Notice: "등록이 필요합니다. 설정에서 등록 코드를 입력하세요"}, func(*Form) {}},
		{"settings-alarm", view, func(f *Form) { f.showPage(1) }},
		{"settings-alarm-tried", view, func(f *Form) {
			f.showPage(1)
			f.sound.SetText("/home/shop/벨.wav")
			f.Report(ipc.TestReport{Steps: about})
		}},
		{"settings-times", view, func(f *Form) { f.showPage(2) }},
		{"settings-week", view, func(f *Form) { f.showPage(2); f.days.Open(0); f.week[1].SetText(f.dayText(settings.DayOff)) }},
		{"settings-general", view, func(f *Form) { f.showPage(3) }},
		{"settings-general-no-pin", ipc.SettingsView{Settings: uitest.Settings()}, func(f *Form) {
			f.showPage(3)
			f.pin.entry.SetText("12")
			f.exportTo("/tmp/jumun.zip")
			f.Exported(ipc.ExportResult{Path: "/tmp/jumun.zip"})
		}},
		{"settings-about", ipc.SettingsView{Settings: uitest.Settings(), About: true}, func(*Form) {}},
		{"settings-problems", view, func(f *Form) {
			f.Answer(ipc.SettingsView{Problems: map[string]string{"server": "주소가 맞지 않습니다", "code": "이미 쓴 코드입니다", "aging": "늦음보다 길게", "volume": "소리 크기를 맞추세요", "hours": "두 시각을 모두 입력하세요"}})
		}},
		{"settings-unsaved", view, func(f *Form) { f.device.SetText("2"); f.close() }},
		{"settings-shop", ipc.SettingsView{Shop: "강남점"}, func(*Form) {}},
		{"settings-locked", ipc.SettingsView{Locked: true, Notice: "PIN이 맞지 않습니다. 다시 입력하세요"}, func(*Form) {}},
	}
	for _, s := range screens {
		uitest.Gallery(t, s.name, func(w *i18n.Translator) fyne.CanvasObject { return openForm(w, s.view, s.then) })
	}
	uitest.Gallery(t, "pin-quit", func(w *i18n.Translator) fyne.CanvasObject {
		p := NewPINWindow(fyne.CurrentApp().NewWindow(""), Config{Translator: w}, func(ipc.FromUI) {})
		p.Ask(ipc.AskPIN{Wrong: "PIN이 맞지 않습니다"})
		return p.window.Content()
	})
}
