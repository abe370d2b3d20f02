package history

import (
	"image/color"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// The widths of the columns. The summary takes the rest.
const (
	numberWidth  = 172
	timeWidth    = 126
	amountWidth  = 116
	stateWidth   = 250
	confirmWidth = 96
	confirmSize  = 17 // of the button's text
	entryHeight  = 44
)

// A row shows one order. The list reuses a row for other orders.
type row struct {
	widget.BaseWidget
	cells                              *fyne.Container
	paper                              *canvas.Rectangle
	number, at, summary, amount, state *widget.Label
	confirm                            *widgets.ConfirmButton
	key                                ipc.Key // of the order that confirm is about
}

func newRow(h *Window) *row {
	short := func() *widget.Label { return &widget.Label{Truncation: fyne.TextTruncateEllipsis} }
	r := &row{paper: canvas.NewRectangle(color.Transparent), number: short(), at: short(), summary: short(), amount: short(), state: short()}
	r.amount.Alignment = fyne.TextAlignTrailing
	r.confirm = widgets.NewConfirmButton(h.tr.Text("window.history.confirm"), confirmSize, widgets.MainColors(), func() { h.confirm(r.key) })
	r.cells = container.New(columns{}, r.paper, r.number, r.at, r.summary, r.amount, r.state, r.confirm)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.cells) }

// columns is a layout: a row's background, and on it five texts and a button side by side.
type columns struct{}

// MinSize implements fyne.Layout.
func (columns) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(numberWidth+timeWidth+amountWidth+stateWidth+150, entryHeight)
}

// Layout implements fyne.Layout.
func (columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	rest := size.Width - numberWidth - timeWidth - amountWidth - stateWidth
	widgets.Place(objects[0], 0, 0, size.Width, size.Height)
	x := float32(0)
	for i, width := range []float32{numberWidth, timeWidth, rest, amountWidth, stateWidth} {
		o := objects[i+1]
		height := o.MinSize().Height
		widgets.Place(o, x, (size.Height-height)/2, width, height)
		x += width
	}
	if len(objects) > 6 { // the heading has no button
		widgets.Place(objects[6], size.Width-confirmWidth-12, 4, confirmWidth, size.Height-8)
	}
}

// heading returns the names of the columns.
func (h *Window) heading() fyne.CanvasObject {
	title := func(text string) fyne.CanvasObject {
		return &widget.Label{Text: text, SizeName: fynetheme.SizeNameCaptionText, TextStyle: fyne.TextStyle{Bold: true}}
	}
	amount := &widget.Label{Text: h.tr.Text("history.amount"), Alignment: fyne.TextAlignTrailing,
		SizeName: fynetheme.SizeNameCaptionText, TextStyle: fyne.TextStyle{Bold: true}}
	return container.New(columns{}, canvas.NewRectangle(color.Transparent), title(h.tr.Text("history.number")), title(h.tr.Text("history.at")),
		title(h.tr.Text("history.summary")), amount, title(h.tr.Text("history.state")))
}

// fill shows row n in o, and asks the agent for it if it is not here.
func (h *Window) fill(n int, o fyne.CanvasObject) {
	shown := o.(*row)
	row, here := h.pages.row(n)
	if !here {
		h.want(n)
		shown.show(ipc.Row{Summary: h.tr.Text("window.history.loading")}, "", "", false)
		return
	}
	shown.show(row, when(row.At), h.state(row), h.pressed[keyOf(row)])
}

func keyOf(r ipc.Row) ipc.Key { return ipc.Key{Mart: r.Mart, Order: r.Order} }

func (r *row) show(row ipc.Row, at, state string, pressed bool) {
	r.key = keyOf(row)
	r.number.TextStyle.Bold, r.state.TextStyle.Bold = row.Waiting, row.Waiting
	r.state.Importance = widget.MediumImportance
	r.paper.FillColor = color.Transparent
	if row.Waiting {
		r.state.Importance = widget.WarningImportance
		r.paper.FillColor = fynetheme.Color(theme.ColorCard)
	}
	r.number.SetText(string(row.Order))
	r.at.SetText(at)
	r.summary.SetText(row.Summary)
	r.amount.SetText(row.Amount)
	r.state.SetText(state)
	r.confirm.Hidden = !row.Waiting
	r.confirm.SetWaiting(pressed)
	r.paper.Refresh()
}

// state returns whether, when and by whom an order was confirmed.
func (h *Window) state(r ipc.Row) string {
	if r.Waiting {
		return h.tr.Text("history.waiting")
	}
	return strings.TrimSpace(strings.Join([]string{h.tr.Text("history.confirmed"), ending(r), r.By}, " "))
}

// ending returns when an order was confirmed: without the date if it was on the same day.
func ending(r ipc.Row) string {
	const day = "1/2"
	if ended := r.Ended.Local(); !ended.IsZero() && ended.Format(day) == r.At.Local().Format(day) {
		return ended.Format("15:04")
	}
	return when(r.Ended)
}

// when formats a time of the last 30 days in this PC's time zone.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("1/2 15:04")
}
