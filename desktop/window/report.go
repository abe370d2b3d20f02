package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/pipe"
	"jumun/desktop/words"
)

// A testReport shows every part that an order passes, and how each is. Its height is that
// of the usual one; what says more can be scrolled.
type testReport struct {
	say  *words.Words
	list *fyne.Container
	root *container.Scroll
}

const reportHeight = 154 // five steps, of which one says more

func newTestReport(say *words.Words) *testReport {
	r := &testReport{say: say, list: container.New(layout.NewCustomPaddedVBoxLayout(0), tight(hint(say.Say("window.report.hint"))))}
	r.root = container.NewVScroll(r.list)
	r.root.SetMinSize(fyne.NewSize(0, reportHeight))
	return r
}

func (r *testReport) show(report pipe.Report) {
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
	case pipe.StepServer:
		return r.say.Say("window.report.server")
	case pipe.StepStream:
		return r.say.Say("window.report.stream")
	case pipe.StepDisk:
		return r.say.Say("window.report.disk")
	case pipe.StepSound:
		return r.say.Say("window.report.sound")
	case pipe.StepWindow:
		return r.say.Say("window.report.window")
	}
	return ""
}

// row says how a step is in words and by a sign: not everybody tells red from green.
func (r *testReport) row(name string, s pipe.Step) fyne.CanvasObject {
	const nameWidth, nameHeight = 84, 26
	text := &widget.Label{SizeName: theme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord}
	var sign fyne.Resource
	switch s.State {
	case pipe.StepGood:
		sign, text.Text = theme.ConfirmIcon(), r.say.Say("window.report.good")
	case pipe.StepBad:
		sign, text.Text, text.Importance = theme.NewErrorThemedResource(theme.CancelIcon()), s.Detail, widget.DangerImportance
	default:
		sign, text.Text = theme.MoreHorizontalIcon(), r.say.Say("window.report.open")
	}
	title := container.NewGridWrap(fyne.NewSize(nameWidth, nameHeight),
		tight(&widget.Label{Text: name, SizeName: theme.SizeNameCaptionText, TextStyle: fyne.TextStyle{Bold: true}}))
	left := container.NewHBox(widget.NewIcon(sign), title)
	return container.New(layout.NewBorderLayout(nil, nil, left, nil), left, tight(text)) // in the order they are read
}
