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
	"jumun/shared/wire"
)

// The widths of the columns. The summary takes the rest.
const (
	numberWidth  = 172
	timeWidth    = 126
	amountWidth  = 116
	stateWidth   = 250
	confirmWidth = 96
	confirmSize  = 17 // of the button's text
	undoSize     = 15
	entryHeight  = 44
)

// A row shows one order. The list reuses a row for other orders.
type row struct {
	widget.BaseWidget
	cells                              *fyne.Container
	paper                              *canvas.Rectangle
	number, at, summary, amount, state *widget.Label
	confirm, undo                      *widgets.ConfirmButton // in the same place; one of them is shown at most
	key                                ipc.Key                // of the order that they are about
}

func newRow(h *Window) *row {
	short := func() *widget.Label { return &widget.Label{Truncation: fyne.TextTruncateEllipsis} }
	r := &row{paper: canvas.NewRectangle(color.Transparent), number: short(), at: short(), summary: short(), amount: short(), state: short()}
	r.amount.Alignment = fyne.TextAlignTrailing
	r.confirm = widgets.NewConfirmButton(h.tr.Text("window.history.confirm"), confirmSize, widgets.MainColors(), func() { h.confirm(r.key) })
	r.undo = widgets.NewConfirmButton(h.tr.Text("window.history.undo"), undoSize, widgets.PlainColors(), func() { h.undo(r.key) })
	r.cells = container.New(columns{}, r.paper, r.number, r.at, r.summary, r.amount, r.state, r.confirm, r.undo)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.cells) }

// columns is a layout: a row's background, and on it five texts and a place for buttons side by side.
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
	for _, button := range objects[6:] { // the heading has none
		widgets.Place(button, size.Width-confirmWidth-12, 4, confirmWidth, size.Height-8)
		if button.Visible() { // the state must not run under it
			objects[5].Resize(fyne.NewSize(stateWidth-confirmWidth-16, objects[5].Size().Height))
		}
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
		shown.show(ipc.Row{Summary: h.tr.Text("window.history.loading")}, "", "", false, false)
		return
	}
	shown.show(row, when(row.At), h.state(row), h.pressed[keyOf(row)], canUndo(row, h.now()))
}

// keyOf returns the key of the card of an order.
func keyOf(r ipc.Row) ipc.Key {
	k := ipc.Key{Mart: r.Mart, ID: r.ID, Order: r.Order}
	if r.Unread {
		k.Kind = ipc.CardCancelled
	}
	return k
}

// canUndo reports whether the confirmation of an order can be taken back at now. The clock of this
// PC may differ from the server's a little: the server decides.
func canUndo(r ipc.Row, now time.Time) bool {
	return !r.Waiting && r.Withdrawn.IsZero() && now.Sub(r.Ended) < wire.ReopenWithin
}

func (r *row) show(row ipc.Row, at, state string, pressed, canUndo bool) {
	r.key = keyOf(row)
	open := row.Waiting || row.Unread
	r.number.TextStyle.Bold, r.state.TextStyle.Bold = open, open
	r.state.Importance = widget.MediumImportance
	r.paper.FillColor = color.Transparent
	if open {
		r.state.Importance = widget.WarningImportance
		r.paper.FillColor = fynetheme.Color(theme.ColorCard)
	}
	r.number.SetText(string(row.Order))
	r.at.SetText(at)
	r.summary.SetText(row.Summary)
	r.amount.SetText(row.Amount)
	r.state.SetText(state)
	r.confirm.Hidden, r.undo.Hidden = !open, open || !canUndo
	r.confirm.SetWaiting(pressed)
	r.undo.SetWaiting(pressed)
	r.cells.Layout.Layout(r.cells.Objects, r.cells.Size())
	r.paper.Refresh()
}

// state returns whether, when and by whom an order was confirmed, or when it was withdrawn.
func (h *Window) state(r ipc.Row) string {
	switch {
	case r.Unread:
		return h.tr.Text("window.history.withdrawn", "At", after(r.At, r.Withdrawn))
	case !r.Withdrawn.IsZero():
		return strings.TrimSpace(h.tr.Text("window.history.withdrawn", "At", after(r.At, r.Withdrawn)) + " " + r.By)
	case r.Waiting:
		return h.tr.Text("history.waiting")
	case r.Left:
		return h.tr.Text("history.left")
	}
	return strings.TrimSpace(strings.Join([]string{h.tr.Text("history.confirmed"), after(r.At, r.Ended), r.By}, " "))
}

// after formats what happened to an order that was recorded at a time: without the date if it was
// on the same day.
func after(recorded, happened time.Time) string {
	const day = "1/2"
	if at := happened.Local(); !at.IsZero() && at.Format(day) == recorded.Local().Format(day) {
		return at.Format("15:04")
	}
	return when(happened)
}

// when formats a time of the last 30 days in this PC's time zone.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("1/2 15:04")
}
