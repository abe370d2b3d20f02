package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A testReport shows every part that an order passes, and how each is. Its height is that
// of the usual one; what says more can be scrolled.
type testReport struct {
	tr   *i18n.Translator
	list *fyne.Container
	root *container.Scroll
}

const reportHeight = 154 // five steps, of which one says more

func newTestReport(tr *i18n.Translator) *testReport {
	r := &testReport{tr: tr, list: container.New(layout.NewCustomPaddedVBoxLayout(0), tight(hint(tr.Text("window.report.hint"))))}
	r.root = container.NewVScroll(r.list)
	r.root.SetMinSize(fyne.NewSize(0, reportHeight))
	return r
}

func (r *testReport) show(report ipc.TestReport) {
	r.list.RemoveAll()
	for _, s := range report.Steps {
		if name := r.name(s.Name); name != "" {
			r.list.Add(r.row(name, s))
		}
	}
	r.list.Refresh()
}

// name is what people call a step; nothing, if it is a newer agent's.
func (r *testReport) name(step string) string {
	switch step {
	case ipc.StepServer:
		return r.tr.Text("window.report.server")
	case ipc.StepStream:
		return r.tr.Text("window.report.stream")
	case ipc.StepDisk:
		return r.tr.Text("window.report.disk")
	case ipc.StepSound:
		return r.tr.Text("window.report.sound")
	case ipc.StepWindow:
		return r.tr.Text("window.report.window")
	}
	return ""
}

// row says how a step is in words and by a sign: not everybody tells red from green.
func (r *testReport) row(name string, s ipc.TestStep) fyne.CanvasObject {
	const nameWidth, nameHeight = 84, 26
	text := &widget.Label{SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
	var sign fyne.Resource
	switch s.State {
	case ipc.StepGood:
		sign, text.Text = theme.ConfirmIcon(), r.tr.Text("window.report.good")
	case ipc.StepBad:
		sign, text.Text, text.Importance = theme.NewErrorThemedResource(theme.CancelIcon()), s.Detail, widget.DangerImportance
	default:
		sign, text.Text = theme.MoreHorizontalIcon(), r.tr.Text("window.report.open")
	}
	title := container.NewGridWrap(fyne.NewSize(nameWidth, nameHeight),
		tight(&widget.Label{Text: name, SizeName: theme.SizeNameCaptionText, TextStyle: fyne.TextStyle{Bold: true}}))
	left := container.NewHBox(widget.NewIcon(sign), title)
	return container.New(layout.NewBorderLayout(nil, nil, left, nil), left, tight(text)) // in the order they are read
}
