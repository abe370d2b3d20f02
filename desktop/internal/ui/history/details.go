package history

import (
	"cmp"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

const (
	actionWidth = 132 // of a button below the details: "Back to list"
	copyWidth   = 124
	copySize    = 15
	twoFields   = 480 // the width from which on two fields have room beside each other
)

// details are the details of one order, in place of the list. Its buttons never take the keyboard
// focus: the Enter of a barcode scanner would press them.
type details struct {
	h      *Window
	root   *fyne.Container
	row    ipc.Row // that is shown
	number *widget.Label
	copied *widgets.ConfirmButton
	fields *fyne.Container
	hint   *widget.Label // what the button would do
	button *widgets.ConfirmButton
}

func newDetails(h *Window) *details {
	d := &details{h: h, fields: container.NewVBox(),
		number: &widget.Label{TextStyle: fyne.TextStyle{Bold: true}, SizeName: fynetheme.SizeNameHeadingText, Wrapping: fyne.TextWrapBreak},
		hint:   &widget.Label{Importance: widget.LowImportance, SizeName: fynetheme.SizeNameCaptionText, Wrapping: fyne.TextWrapWord},
	}
	d.copied = widgets.NewConfirmButton("", copySize, widgets.PlainColors(), d.copy)
	d.button = widgets.NewConfirmButton("", confirmSize, widgets.MainColors(), func() { h.act(d.target()) })
	back := widgets.NewConfirmButton(h.tr.Text("window.history.back"), confirmSize, widgets.PlainColors(), h.back)
	sized := func(width float32, o fyne.CanvasObject) fyne.CanvasObject {
		return container.NewGridWrap(fyne.NewSize(width, buttonHeight), o)
	}
	d.root = container.NewBorder(
		container.NewBorder(nil, nil, nil, sized(copyWidth, d.copied), d.number),
		container.New(layout.NewCustomPaddedVBoxLayout(0), d.hint, container.NewHBox(sized(actionWidth, back), sized(actionWidth, d.button))),
		nil, nil, container.NewVScroll(d.fields))
	d.root.Hide()
	return d
}

// target returns what the button does.
func (d *details) target() target {
	does := offered(d.row, d.h.now())
	if does == nothing && d.row.Again {
		does = reopens
	}
	return target{keyOf(d.row), does}
}

// open shows the details of an order in place of the list.
func (h *Window) open(k ipc.Key) {
	for _, r := range h.pages.all() {
		if keyOf(r) == k {
			h.details.row = r
		}
	}
	h.orders.Hide()
	h.details.root.Show()
	h.details.copied.SetFace(h.tr.Text("window.history.copy"), widgets.PlainColors())
	h.window.Canvas().Unfocus()
	h.settled.Clear() // nothing is where it was
	h.refresh()
	h.settle()
}

// back shows the list again.
func (h *Window) back() {
	h.details.root.Hide()
	h.orders.Show()
	h.focusSearch()
	h.settled.Clear()
	h.settle()
}

// escape goes back to the list, or closes the window.
func (h *Window) escape() {
	if h.details.root.Visible() {
		h.back()
		return
	}
	h.window.Close()
}

// copy copies the number to the clipboard.
func (d *details) copy() {
	fyne.CurrentApp().Clipboard().SetContent(string(d.row.Order))
	d.copied.SetFace(d.h.tr.Text("window.history.copied"), widgets.PlainColors())
}

// refresh shows the order as it is now. One that is no longer in a page that is here stays as it was.
func (d *details) refresh() {
	if !d.root.Visible() {
		return
	}
	for _, r := range d.h.pages.all() {
		if r.Mart == d.row.Mart && r.ID == d.row.ID && r.Order == d.row.Order {
			d.row = r
		}
	}
	d.number.SetText(string(d.row.Order))
	d.fields.Objects = d.rows()
	d.fields.Refresh()
	d.showButton()
}

// showButton shows what can be done to the order: confirm it, or let it ring again.
func (d *details) showButton() {
	tr, on := d.h.tr, d.target()
	text, hint, colours := tr.Text("window.history.confirm"), "", widgets.MainColors()
	switch {
	case canUndo(d.row, d.h.now()):
		text, colours = tr.Text("window.history.undo"), widgets.PlainColors()
	case on.does == reopens:
		text, hint, colours = tr.Text("window.history.again"), tr.Text("window.history.again.hint"), widgets.PlainColors()
	}
	d.button.SetFace(text, colours)
	d.button.SetWaiting(d.h.pressed[on.key])
	d.button.Hidden = on.does == nothing
	d.hint.SetText(hint)
	d.hint.Hidden = hint == ""
}

// rows returns everything that is known of the order.
func (d *details) rows() []fyne.CanvasObject {
	r, columns := d.row, 2
	if d.root.Size().Width < twoFields {
		columns = 1
	}
	short := container.NewGridWithColumns(columns)
	for _, field := range []struct{ id, text string }{
		{"history.at", moment(r.At)},
		{"history.state", d.h.outcome(r)},
		{"history.withdrawn-at", moment(r.Withdrawn)},
		{"history.ended", moment(r.Ended)},
		{"history.by", r.By},
		{"history.amount", r.Amount},
		{"history.mart", cmp.Or(r.MartName, string(r.Mart))},
	} {
		if field.text != "" {
			short.Add(d.field(field.id, field.text))
		}
	}
	if r.Summary == "" {
		return []fyne.CanvasObject{short}
	}
	return []fyne.CanvasObject{d.field("history.summary", r.Summary), short}
}

func (d *details) field(id, text string) fyne.CanvasObject {
	name := &widget.Label{Text: d.h.tr.Text(id), SizeName: fynetheme.SizeNameCaptionText, Importance: widget.LowImportance}
	value := &widget.Label{Text: text, Wrapping: fyne.TextWrapWord}
	return container.New(layout.NewCustomPaddedVBoxLayout(-12), name, value)
}

// moment formats a time as staff read it on a receipt.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}
