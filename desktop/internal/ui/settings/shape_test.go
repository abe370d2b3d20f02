package settings

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

// room is what a window has on a screen of 800 by 600 with a panel, at a scale.
func room(scale float32) fyne.Size { return fyne.NewSize(796/scale, (600-40-36)/scale) }

func TestTheSettingsFitASmallScreenAtEveryScale(t *testing.T) {
	problem := strings.Repeat("소리 파일을 읽을 수 없습니다 ", 4)
	uitest.EveryLook(t, func(t *testing.T, language string) {
		f, _ := testForm(t, language)
		view := ipc.SettingsView{Settings: uitest.Settings(), HasPIN: true, Notice: problem, Problems: map[string]string{fieldSound: problem, fieldCA: problem, fieldHours: problem}}
		view.Settings.CA = "/ca.pem"
		f.Open(view)
		f.days.Open(0)
		for _, scale := range []float32{0.8, 1, 1.25, 1.5, 1.75, 2, 2.5} {
			size := room(scale)
			f.window.Resize(size)
			if got := f.window.Canvas().Size(); got != size {
				t.Errorf("at %v the window is %v, not %v", scale, got, size)
			}
			for i, p := range f.pages {
				f.showPage(i)
				whole(f.window)
				if min := p.content.MinSize(); min.Width > f.scroll.Size().Width-barWidth {
					t.Errorf("at %v page %d is %v wide, in %v", scale, i, min.Width, f.scroll.Size().Width-barWidth)
				}
				inside(t, f, f.saveButton)
				if f.chooser.Visible() == f.column.Visible() || f.scroll.Size().Height < 80 {
					t.Errorf("at %v the page has %v", scale, f.scroll.Size())
				}
			}
		}
	})
}

// inside fails the test unless all of o is on the window.
func inside(t *testing.T, f *Form, o fyne.CanvasObject) {
	t.Helper()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	end, size := at.Add(o.Size()), f.window.Canvas().Size()
	if at.X < 0 || at.Y < 0 || end.X > size.Width || end.Y > size.Height || o.Size().Width < 40 {
		t.Errorf("%T is from %v to %v, in %v", o, at, end, size)
	}
}

func TestAProblemIsScrolledTo(t *testing.T) {
	uitest.App(t)
	for _, name := range []string{fieldServer, fieldCode, fieldVolume, fieldAging, fieldPIN} {
		f, _ := testForm(t, "ko")
		f.Open(ipc.SettingsView{Settings: uitest.Settings()})
		f.window.Resize(room(2.5))
		whole(f.window)
		f.Answer(ipc.SettingsView{Problems: map[string]string{name: "문제"}})
		whole(f.window)
		inside(t, f, f.problems[name])
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(f.problems[name]).Y
		if end := at + f.problems[name].Size().Height; at < f.scroll.Position().Y || end > f.footer.Position().Y+narrowMargin+1 {
			t.Errorf("the problem of %s is from %v to %v, and the buttons at %v", name, at, end, f.footer.Position().Y)
		}
	}
}

func TestTheQuestionsFitASmallScreenAtEveryScale(t *testing.T) {
	uitest.EveryLook(t, func(t *testing.T, language string) {
		for _, scale := range []float32{0.8, 1, 1.25, 1.5, 1.75, 2, 2.5} {
			for name, ask := range map[string]func(*Form){
				"the shop": func(f *Form) { f.Answer(ipc.SettingsView{Shop: "강남 본점"}) },
				"the PIN": func(f *Form) {
					f.Answer(ipc.SettingsView{Locked: true, Notice: "PIN이 맞지 않습니다. 다시 입력하세요"})
				},
				"what is not kept": func(f *Form) { f.device.SetText("2"); f.close() },
			} {
				f, _ := testForm(t, language)
				f.Open(ipc.SettingsView{Settings: uitest.Settings()})
				f.window.Resize(room(scale))
				ask(f)
				uitest.NoTextSpills(t, whole(f.window), f.window.Canvas().Size())
				found := buttons(f.window.Content())
				for _, b := range found {
					if inside(t, f, b); b.Size().Height < 48 {
						t.Errorf("%s at %v: %q is %v", name, scale, b.Text, b.Size())
					}
				}
				if len(found) < 2 {
					t.Errorf("%s at %v: it has %d buttons", name, scale, len(found))
				}
				f.window.SetCloseIntercept(nil)
				f.window.Close()
			}
		}
	})
}

// buttons returns the visible buttons of a container.
func buttons(o fyne.CanvasObject) (list []*widget.Button) {
	switch o := o.(type) {
	case *widget.Button:
		return []*widget.Button{o}
	case *fyne.Container:
		for _, child := range o.Objects {
			if child.Visible() {
				list = append(list, buttons(child)...)
			}
		}
	}
	return list
}
