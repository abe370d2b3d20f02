package history

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"jumun/desktop/internal/ui/widgets"
)

// The widths of the columns. The summary takes the rest.
const (
	numberWidth  = 172
	timeWidth    = 126
	amountWidth  = 116
	stateWidth   = 250
	columnsWidth = numberWidth + timeWidth + amountWidth + stateWidth + 150 // below it there are two lines in place of columns
	confirmWidth = 96
)

const (
	buttonHeight = 48 // a finger needs 48
	entryHeight  = buttonHeight + 8
	headHeight   = 34
	narrowHeight = 64  // of a row without columns
	leastWidth   = 280 // a row of this width fits a screen of 800 by 600 at the largest scale, 2.5
)

// rowHeight returns the height of a row of the list.
func rowHeight(narrow bool) float32 {
	if narrow {
		return narrowHeight
	}
	return entryHeight
}

// rowLayout is the layout of a row: its background, five texts, and the buttons, of which one is
// shown at most.
type rowLayout struct{ h *Window }

// MinSize implements fyne.Layout.
func (l rowLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(leastWidth, rowHeight(l.h.narrow))
}

// Layout implements fyne.Layout.
func (l rowLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	widgets.Place(objects[0], 0, 0, size.Width, size.Height)
	texts, room := objects[1:6], size
	for _, button := range objects[6:] {
		widgets.Place(button, size.Width-confirmWidth-12, (size.Height-buttonHeight)/2, confirmWidth, buttonHeight)
		if button.Visible() { // a text must not run under it
			room.Width = size.Width - confirmWidth - 16
		}
	}
	if l.h.narrow {
		twoLines(texts, room)
		return
	}
	for _, o := range texts {
		o.Show()
	}
	columns{}.Layout(texts, size)
	state := texts[4]
	state.Resize(fyne.NewSize(room.Width-state.Position().X, state.Size().Height))
}

// twoLines puts number, time and amount above state and summary, as far as there is room. All of it
// stands in the details.
func twoLines(texts []fyne.CanvasObject, size fyne.Size) {
	number, at, summary, amount, state := texts[0], texts[1], texts[2], texts[3], texts[4]
	line := func(y, x, width float32, o fyne.CanvasObject) {
		o.(*widget.Label).Hidden = x+width > size.Width
		widgets.Place(o, x, y, width, size.Height/2)
	}
	const upper, lower = 0, narrowHeight/2 - 6
	line(upper, 0, min(numberWidth, size.Width), number)
	line(upper, numberWidth, timeWidth, at)
	line(upper, max(numberWidth+timeWidth, size.Width-amountWidth), amountWidth, amount)
	line(lower, 0, min(numberWidth+timeWidth, size.Width), state)
	line(lower, numberWidth+timeWidth, max(amountWidth, size.Width-numberWidth-timeWidth), summary)
}

// columns is a layout of five texts side by side.
type columns struct{}

// MinSize implements fyne.Layout.
func (columns) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, headHeight) }

// Layout implements fyne.Layout.
func (columns) Layout(texts []fyne.CanvasObject, size fyne.Size) {
	rest := size.Width - numberWidth - timeWidth - amountWidth - stateWidth
	x := float32(0)
	for i, width := range []float32{numberWidth, timeWidth, rest, amountWidth, stateWidth} {
		height := texts[i].MinSize().Height
		widgets.Place(texts[i], x, (size.Height-height)/2, width, height)
		x += width
	}
}

// heading returns the names of the columns.
func (h *Window) heading() *fyne.Container {
	title := func(id string) *widget.Label {
		return &widget.Label{Text: h.tr.Text(id), SizeName: fynetheme.SizeNameCaptionText, TextStyle: fyne.TextStyle{Bold: true}}
	}
	amount := title("history.amount")
	amount.Alignment = fyne.TextAlignTrailing
	return container.New(columns{}, title("history.number"), title("history.at"), title("history.summary"), amount, title("history.state"))
}

// A pageLayout is the layout of the window: the orders or the details of one, with a margin around.
type pageLayout struct{ h *Window }

// MinSize implements fyne.Layout.
func (pageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(leastWidth, 170) }

// Layout implements fyne.Layout.
func (l pageLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	x, y, narrow := float32(16), float32(12), size.Width < columnsWidth+2*16
	if narrow {
		x, y = 6, 2
	}
	if narrow != l.h.narrow {
		l.h.narrow = narrow
		l.h.head.Hidden = narrow
		l.h.refresh()
	}
	for _, o := range objects {
		widgets.Place(o, x, y, size.Width-2*x, size.Height-2*y)
	}
	l.h.details.refresh() // it depends on its width
}
