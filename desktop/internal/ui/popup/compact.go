package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// showCompact draws c in a row: an order's number and its age, or two lines about anything else.
func (v *card) showCompact(c ipc.Card, prefix int) {
	v.shown, v.large = c, false
	const left = stripeWidth + cardInset
	style := styleOf(c, v.tr)
	v.since = &canvas.Text{TextSize: compactSinceSize, Color: fynetheme.Color(theme.ColorQuiet), Alignment: fyne.TextAlignTrailing}
	v.since.TextStyle.Bold = c.Age > ipc.AgeNew
	v.root.Objects = append(sheet(style.stripe, style.paper, rowHeight), widgets.Place(v.body, 0, 0, cardWidth, rowHeight))
	right := float32(cardWidth - compactButtonWidth - cardInset)
	if c.Kind == ipc.CardOrder {
		area := fyne.NewSize(right-sinceWidth-left, rowHeight)
		v.root.Add(widgets.Place(container.NewWithoutLayout(style.number(area, compactSizes(), prefix)), left, 0, area.Width, rowHeight))
		v.root.Add(v.aside(right - sinceWidth))
	} else {
		if c.Kind == cardUndo {
			right -= undoWidth + cardInset
		}
		v.root.Add(widgets.Place(style.twoLines(right-left), left, 0, right-left, rowHeight))
	}
	v.root.Add(v.button(compactButtonSize, cardWidth, 0, compactButtonWidth, rowHeight))
	v.root.Refresh()
}

// aside returns the age, with the amount below it: two orders may have one number.
func (v *card) aside(left float32) fyne.CanvasObject {
	age := widgets.Place(v.since, left, 0, sinceWidth, rowHeight)
	if v.shown.Amount == "" {
		return age
	}
	measure := func(s string, size float32) fyne.Size { return fyne.MeasureText(s, size, fyne.TextStyle{Bold: true}) }
	fits := fit(v.shown.Amount, fyne.NewSize(sinceWidth, rowHeight/2), compactAmountSizes(), measure)
	amount := &canvas.Text{Text: fits.lines[0], TextSize: fits.size, TextStyle: fyne.TextStyle{Bold: true},
		Color: fynetheme.Color(fynetheme.ColorNameForeground), Alignment: fyne.TextAlignTrailing}
	age.Resize(fyne.NewSize(sinceWidth, rowHeight/2))
	age.Move(fyne.NewPos(left, compactPadding))
	return container.NewWithoutLayout(age, widgets.Place(amount, left, rowHeight/2-compactPadding, sinceWidth, rowHeight/2))
}

// twoLines returns the title with the text below it.
func (s cardStyle) twoLines(width float32) fyne.CanvasObject {
	upper, lower := fyne.NewSize(width, compactTitleHeight), fyne.NewSize(width, rowHeight-compactTitleHeight)
	like := canvas.Text{Color: fynetheme.Color(s.header), TextStyle: fyne.TextStyle{Bold: true}}
	if s.band != "" { // its colour is for the text on the band
		like.Color = fynetheme.Color(fynetheme.ColorNameForeground)
	}
	title := centred(textBlock(s.title, upper, compactTitleSizes(), like), upper)
	text := s.number(lower, compactTextSizes(), 0)
	below := container.NewWithoutLayout(text)
	below.Move(fyne.NewPos(0, compactTitleHeight))
	return container.NewWithoutLayout(title, below)
}
