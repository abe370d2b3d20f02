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

// A testReport shows each part that an order passes through, and whether that part works.
// Its height is that of the usual report; a longer one can be scrolled.
type testReport struct {
	tr   *i18n.Translator
	list *fyne.Container
	root *container.Scroll
}

const reportHeight = 154 // five steps, one with a long text

func newTestReport(tr *i18n.Translator) *testReport {
	r := &testReport{tr: tr, list: container.New(layout.NewCustomPaddedVBoxLayout(0), tight(hint(tr.Text("window.report.hint"))))}
	r.root = container.NewVScroll(r.list)
	r.root.SetMinSize(fyne.NewSize(0, reportHeight))
	return r
}

// show shows every step that has a name; a newer agent may have steps without one.
func (r *testReport) show(report ipc.TestReport) {
	r.list.RemoveAll()
	for _, s := range report.Steps {
		id := "step." + s.Name
		if name := r.tr.Text(id); name != id {
			r.list.Add(r.row(name, s))
		}
	}
	r.list.Refresh()
}

// row shows how a step is in words and by an icon: not everybody tells red from green.
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
