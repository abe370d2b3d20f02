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

const (
	confirmSize = 17 // of the button's text
	undoSize    = 15
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
	r.confirm = widgets.NewConfirmButton(h.tr.Text("window.history.confirm"), confirmSize, widgets.MainColors(), func() { h.act(target{r.key, confirms}) })
	r.undo = widgets.NewConfirmButton(h.tr.Text("window.history.undo"), undoSize, widgets.PlainColors(), func() { h.act(target{r.key, reopens}) })
	r.cells = container.New(rowLayout{h}, r.paper, r.number, r.at, r.summary, r.amount, r.state, r.confirm, r.undo)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.cells) }

// fill shows row n in o, and asks the agent for it if it is not here.
func (h *Window) fill(n int, o fyne.CanvasObject) {
	shown := o.(*row)
	row, here := h.pages.row(n)
	if !here {
		h.want(n)
		shown.show(ipc.Row{}, "", h.tr.Text("window.history.loading"), false, nothing)
		return
	}
	shown.show(row, when(row.At), h.state(row), h.pressed[keyOf(row)], offered(row, h.now()))
}

// offered returns what the button of a row does at now.
func offered(r ipc.Row, now time.Time) action {
	switch {
	case r.Waiting || r.Unread:
		return confirms
	case canUndo(r, now):
		return reopens
	}
	return nothing
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
	return r.Again && now.Sub(r.Ended) < wire.ReopenWithin
}

func (r *row) show(row ipc.Row, at, state string, pressed bool, offers action) {
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
	r.confirm.Hidden, r.undo.Hidden = offers != confirms, offers != reopens
	r.confirm.SetWaiting(pressed)
	r.undo.SetWaiting(pressed)
	r.cells.Layout.Layout(r.cells.Objects, r.cells.Size())
	r.paper.Refresh()
}

// outcome returns what became of an order.
func (h *Window) outcome(r ipc.Row) string {
	switch {
	case !r.Withdrawn.IsZero():
		return h.tr.Text("history.withdrawn")
	case r.Waiting:
		return h.tr.Text("history.waiting")
	case r.Left:
		return h.tr.Text("history.left")
	}
	return h.tr.Text("history.confirmed")
}

// state returns whether, when and by whom an order was confirmed, or when it was withdrawn.
func (h *Window) state(r ipc.Row) string {
	switch {
	case r.Unread:
		return h.tr.Text("window.history.withdrawn", "At", after(r.At, r.Withdrawn))
	case !r.Withdrawn.IsZero():
		return strings.TrimSpace(h.tr.Text("window.history.withdrawn", "At", after(r.At, r.Withdrawn)) + " " + r.By)
	case r.Waiting, r.Left:
		return h.outcome(r)
	}
	return strings.TrimSpace(strings.Join([]string{h.outcome(r), after(r.At, r.Ended), r.By}, " "))
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
