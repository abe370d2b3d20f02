package settings

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/uitest"
)

func TestAReportNamesEveryStepAndHowItIs(t *testing.T) {
	f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()})
	f.showPage(1)
	f.tryOut()
	if len(*sent) != 1 || !(*sent)[0].Test {
		t.Fatalf("sent %+v", *sent)
	}
	f.Report(ipc.TestReport{Steps: []ipc.TestStep{{Name: ipc.StepServer, State: ipc.StepGood}, {Name: ipc.StepSound, State: ipc.StepOpen}, {Name: "of a newer agent", State: ipc.StepBad, Detail: "?"}}})
	if got := f.test.shown(); !slices.Equal(got, []string{"서버", "정상", "소리", "확인하는 중…"}) {
		t.Errorf("it shows %q", got)
	}
	f.Report(ipc.TestReport{Done: true, Steps: []ipc.TestStep{{Name: ipc.StepStream, State: ipc.StepGood}, {Name: ipc.StepDisk, State: ipc.StepGood},
		{Name: ipc.StepSound, State: ipc.StepBad, Detail: "스피커 없음"}, {Name: ipc.StepWindow, State: "of a newer agent"}}})
	if got := f.test.shown(); !slices.Equal(got, []string{"주문 받기", "정상", "주문 저장", "정상", "소리", "스피커 없음", "화면", "확인하는 중…"}) {
		t.Errorf("it shows %q", got)
	}
}

// shown are the texts of the report.
func (r *testReport) shown() (all []string) {
	r.list.Resize(fyne.NewSize(400, 200))
	uitest.Texts(r.list, fyne.Position{}, func(text *canvas.Text, _ fyne.Position) { all = append(all, text.Text) })
	return all
}

func TestDiagnosticsAreAskedForOnceAndTold(t *testing.T) {
	f, sent := usualForm(t, ipc.SettingsView{Settings: uitest.Settings()})
	before := f.export.result.Text
	f.Exported(ipc.ExportResult{Path: "/orders.csv"})
	if f.export.result.Text != before {
		t.Errorf("it tells of the history's file: %q", f.export.result.Text)
	}
	f.exportTo("/tmp/a.zip")
	test.Tap(f.export.button)
	if len(*sent) != 1 || *(*sent)[0].Export != (ipc.Export{Path: "/tmp/a.zip"}) || !f.export.button.Disabled() {
		t.Fatalf("sent %+v", *sent)
	}
	f.Exported(ipc.ExportResult{Path: "/tmp/a.zip", Error: "디스크가 가득 찼습니다"})
	if f.export.result.Text != "디스크가 가득 찼습니다" || f.export.button.Disabled() {
		t.Errorf("%q", f.export.result.Text)
	}
	f.exportTo("/tmp/a.zip")
	f.Exported(ipc.ExportResult{Path: "/tmp/a.zip"})
	if f.export.result.Text != "저장했습니다: /tmp/a.zip" {
		t.Errorf("%q", f.export.result.Text)
	}
}
