package popup

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// minimise leaves a small bar of the popup, until a person clicks it or something new comes. All
// cards were on the screen before, or are counted.
func (p *Popup) minimise() {
	if p.settled.Counts(toolsKey(), p.now()) {
		p.bar = widgets.NewConfirmButton("", moreSize, widgets.MainColors(), p.restore)
		p.arrange()
	}
}

// restore shows the popup whole again.
func (p *Popup) restore() {
	p.bar = nil
	p.arrange()
	p.Report()
}

// arrangeBar puts the bar in the popup's corner.
func (p *Popup) arrangeBar() {
	const width, height = barWidth, rowHeight + 2*barPadding
	scale, area := p.overlay.window.Canvas().Scale(), p.workArea(p.state.Place.Monitor)
	p.placed, p.visible = placement{workArea: area, scale: scale}, nil
	p.settled.Clear() // all that comes up next has to settle
	p.bar.SetFace(p.barText(), p.barColours())
	frame := &canvas.Rectangle{FillColor: fynetheme.Color(fynetheme.ColorNameBackground),
		StrokeColor: fynetheme.Color(theme.ColorPopupFrame), StrokeWidth: 1}
	objects := []fyne.CanvasObject{widgets.Place(frame, 0, 0, width, height),
		widgets.Place(p.bar, barPadding, barPadding, width-2*barPadding, rowHeight)}
	zoom := max(1, p.zoomIn(area, scale)) // a finger needs the whole of it on a small screen too
	zoomed(objects, zoom)
	p.overlay.fill(objects, fyne.NewSize(width*zoom, height*zoom))
	pixels := image.Pt(screen.Pixels(width*zoom, scale), screen.Pixels(height*zoom, scale))
	p.overlay.move(corner(p.state.Place, area, pixels, screen.Pixels(theme.PopupMargin, scale)))
}

// barColours returns the colours for the age of the order that has waited longest.
func (p *Popup) barColours() widgets.ButtonColors {
	age := ipc.AgeNew
	for _, c := range p.cards {
		age = max(age, c.Age)
	}
	switch age {
	case ipc.AgeLate:
		return widgets.ToneColors(theme.ColorWarn, theme.ColorWarnEdge, theme.ColorOnWarn)
	case ipc.AgeVeryLate:
		return widgets.ToneColors(theme.ColorBad, theme.ColorBadEdge, theme.ColorOnBad)
	}
	return widgets.MainColors()
}

// barText returns the number of the newest order, and how many cards there are.
func (p *Popup) barText() string {
	const room = barWidth - 2*barPadding - 2*cardInset
	text := func(what string) string { return p.tr.Text("window.bar", "What", what, "N", len(p.cards)+p.beyond) }
	width := func(s string) float32 { return fyne.MeasureText(s, moreSize, fyne.TextStyle{Bold: true}).Width }
	what, rest := p.newest(), width(text(""))
	if rest+width(what) > room {
		what = shorten(what, room-rest, width)
	}
	return text(what)
}

// newest returns the number of the order that came last, or what a card is about that is no order.
func (p *Popup) newest() string {
	last := p.cards[0]
	for _, c := range p.cards {
		if c.Kind == ipc.CardOrder && (last.Kind != ipc.CardOrder || c.At.After(last.At)) {
			last = c
		}
	}
	if last.Kind == ipc.CardOrder {
		return string(last.Order)
	}
	return styleOf(last, p.tr).title
}
