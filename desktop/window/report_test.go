package window

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/pipe"
)

func TestAReportNamesEveryStepAndHowItIs(t *testing.T) {
	f, sent := usualForm(t, pipe.SettingsView{Settings: usual()})
	f.turnTo(1)
	f.tryOut()
	if len(*sent) != 1 || !(*sent)[0].Test {
		t.Fatalf("sent %+v", *sent)
	}
	f.report(pipe.Report{Steps: []pipe.Step{{Name: pipe.StepServer, State: pipe.StepGood}, {Name: pipe.StepSound, State: pipe.StepOpen}, {Name: "of a newer agent", State: pipe.StepBad, Detail: "?"}}})
	if got := f.test.shown(); !slices.Equal(got, []string{"서버", "좋음", "소리", "확인하는 중…"}) {
		t.Errorf("it shows %q", got)
	}
	f.report(pipe.Report{Done: true, Steps: []pipe.Step{{Name: pipe.StepStream, State: pipe.StepGood}, {Name: pipe.StepDisk, State: pipe.StepGood},
		{Name: pipe.StepSound, State: pipe.StepBad, Detail: "스피커 없음"}, {Name: pipe.StepWindow, State: "of a newer agent"}}})
	if got := f.test.shown(); !slices.Equal(got, []string{"주문 수신", "좋음", "주문 저장", "좋음", "소리", "스피커 없음", "화면", "확인하는 중…"}) {
		t.Errorf("it shows %q", got)
	}
}

// shown are the texts of the report.
func (r *testReport) shown() (all []string) {
	r.list.Resize(fyne.NewSize(400, 200))
	texts(r.list, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { all = append(all, text.Text) })
	return all
}

func TestDiagnosticsAreAskedForOnceAndTold(t *testing.T) {
	f, sent := usualForm(t, pipe.SettingsView{Settings: usual()})
	before := f.export.told.Text
	f.exported(pipe.Exported{Path: "/orders.csv"})
	if f.export.told.Text != before {
		t.Errorf("it tells of the history's file: %q", f.export.told.Text)
	}
	f.exportTo("/tmp/a.zip")
	test.Tap(f.export.button)
	if len(*sent) != 1 || *(*sent)[0].Export != (pipe.Export{Path: "/tmp/a.zip"}) || !f.export.button.Disabled() {
		t.Fatalf("sent %+v", *sent)
	}
	f.exported(pipe.Exported{Path: "/tmp/a.zip", Error: "디스크가 가득 찼습니다"})
	if f.export.told.Text != "디스크가 가득 찼습니다" || f.export.button.Disabled() {
		t.Errorf("%q", f.export.told.Text)
	}
	f.exportTo("/tmp/a.zip")
	f.exported(pipe.Exported{Path: "/tmp/a.zip"})
	if f.export.told.Text != "저장했습니다: /tmp/a.zip" {
		t.Errorf("%q", f.export.told.Text)
	}
}
