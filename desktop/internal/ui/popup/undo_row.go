package popup

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
	"jumun/shared/order"
)

// An undoRow shows what was just confirmed and has no card's place, such as all orders, and a button
// that takes it back.
type undoRow struct {
	root   *fyne.Container
	button *widgets.ConfirmButton
	shown  ipc.Undo
}

func newUndoRow(tr *i18n.Translator, onUndo func()) *undoRow {
	return &undoRow{root: container.NewWithoutLayout(),
		button: widgets.NewConfirmButton(tr.Text("undo.button"), allSize, widgets.PlainColors(), onUndo)}
}

func (r *undoRow) draw() {
	const left = stripeWidth + cardInset
	u := r.shown
	width := float32(cardWidth - left)
	if u.N > 0 {
		width -= undoWidth + cardInset
	}
	text := wordBlock(u.Text, width, 2, canvas.Text{TextSize: moreSize, Color: fynetheme.Color(fynetheme.ColorNameForeground)})
	text.Move(fyne.NewPos(left, (rowHeight-text.Size().Height)/2))
	r.root.Objects = []fyne.CanvasObject{text}
	if u.N > 0 {
		r.button.SetTextSize(allSize)
		r.root.Add(widgets.Place(r.button, cardWidth-undoWidth, 0, undoWidth, rowHeight))
	}
}

// key stands for the row among the keys of cards. The row of another confirmation is another one.
func (r *undoRow) key() ipc.Key {
	return ipc.Key{Kind: "undo", Order: order.OrderID(strconv.Itoa(r.shown.N))}
}

// undo tells the agent, once, that a person takes back what the row is about.
func (p *Popup) undo() {
	if p.settled.Counts(p.undoRow.key(), p.now()) && !p.undoRow.button.IsWaiting() {
		p.undoRow.button.SetWaiting(true)
		p.send(ipc.FromUI{Undo: p.undoRow.shown.N})
	}
}
