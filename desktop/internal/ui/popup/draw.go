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

// A placement is the layout of the popup, and the screen that it was made for.
type placement struct {
	workArea image.Rectangle
	scale    float32
	foot     image.Point // the window's bottom left pixel
	layout
}

// arrange lays everything out in the work area as it is now.
func (p *Popup) arrange() {
	scale := p.overlay.window.Canvas().Scale()
	was := p.placed.foot
	p.placed = placement{workArea: p.workArea(p.place.Monitor), scale: scale}
	margin := screen.Pixels(theme.PopupMargin, scale)
	room := float32(p.placed.workArea.Dy()-2*margin) / scale
	orders := p.orders()
	p.placed.layout = fitLayout(len(p.cards), len(orders), p.bannerHeight(), room)
	if p.undoRow.shown != (ipc.Undo{}) {
		p.placed.layout = p.placed.withUndo(room)
	}
	p.all.show(orders, p.beyond, p.placed.more+p.beyond)
	size := fyne.NewSize(theme.PopupWidth, p.placed.height())
	pixels := image.Pt(screen.Pixels(size.Width, scale), screen.Pixels(size.Height, scale))
	at := corner(p.place.Corner, p.placed.workArea, pixels, margin)
	if p.placed.foot = at.Add(image.Pt(0, pixels.Y)); p.placed.foot != was {
		p.settled.Clear() // everything moves with the window
	}
	p.overlay.fill(p.draw(size), size)
	p.overlay.move(at)
}

func (p *Popup) bannerHeight() float32 {
	if p.bannerView == nil {
		return 0
	}
	return p.bannerView.height
}

// draw puts everything that has room in its place.
func (p *Popup) draw(size fyne.Size) []fyne.CanvasObject {
	objects := []fyne.CanvasObject{widgets.Place(&canvas.Rectangle{FillColor: fynetheme.Color(fynetheme.ColorNameBackground),
		StrokeColor: fynetheme.Color(theme.ColorPopupFrame), StrokeWidth: 1}, 0, 0, size.Width, size.Height)}
	if p.placed.banner > 0 {
		p.bannerView.tick(p.now())
		objects = append(objects, widgets.Place(p.bannerView.root, popupPadding, popupPadding, cardWidth, p.placed.banner))
	}
	where, bottoms := map[ipc.Key]float32{}, p.placed.bottoms()
	for i, c := range p.cards[:p.placed.open] {
		where[c.Key] = bottoms[i]
		objects = append(objects, widgets.Place(p.view(c).root, popupPadding, size.Height-bottoms[i]-cardHeight, cardWidth, cardHeight))
	}
	if p.placed.row {
		where[allKey()] = p.placed.rowBottom()
		objects = append(objects, widgets.Place(p.all.root, popupPadding, size.Height-p.placed.rowBottom()-rowHeight, cardWidth, rowHeight))
	}
	if p.placed.undo {
		where[p.undoRow.key()] = p.placed.undoBottom()
		objects = append(objects, widgets.Place(p.undoRow.root, popupPadding, size.Height-p.placed.undoBottom()-rowHeight, cardWidth, rowHeight))
	}
	p.settled.Update(where, p.now())
	return objects
}

// view returns the widgets of a card. A card keeps its widgets from one layout to the
// next, so that a press of the button that has begun can end.
func (p *Popup) view(c ipc.Card) *card {
	v := p.views[c.Key]
	if v == nil {
		v = newCard(c, p.tr, func() { p.confirm(c.Key) })
		p.views[c.Key] = v
	}
	v.show(c)
	v.confirm.SetWaiting(p.isSent(c.Key))
	v.tick(p.now())
	return v
}

// Repaint draws everything anew in the colours of the theme.
func (p *Popup) Repaint() {
	p.views, p.all = map[ipc.Key]*card{}, newAllRow(p.tr, p.confirmAll)
	shown := p.undoRow
	if p.undoRow = newUndoRow(p.tr, p.undo); shown != nil {
		p.undoRow.show(shown.shown)
	}
	p.drawBanner()
	if !p.isEmpty() {
		p.arrange()
	}
}

func (p *Popup) drawBanner() {
	p.bannerView = nil
	if p.banner != (ipc.Banner{}) {
		p.bannerView = newBannerView(p.banner)
	}
}
