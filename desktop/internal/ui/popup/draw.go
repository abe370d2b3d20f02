package popup

import (
	"image"
	"strings"

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
	zoom     float32     // the size of the settings, or less where the screen is too small
	edge     image.Point // the window's corner at the edge of the screen from which it grows
	layout
}

// arrange lays everything out in the work area as it is now.
func (p *Popup) arrange() {
	if p.bar != nil {
		p.arrangeBar()
		return
	}
	scale := p.overlay.window.Canvas().Scale()
	was := p.placed.edge
	p.placed = placement{workArea: p.workArea(p.state.Place.Monitor), scale: scale}
	margin := screen.Pixels(theme.PopupMargin, scale)
	p.placed.zoom = p.zoomIn(p.placed.workArea, scale)
	height := float32(p.placed.workArea.Dy()-2*margin) / scale / p.placed.zoom
	parted := part(p.items, p.opened)
	p.drawBanner()
	p.placed.layout = fitLayout(p.content(parted, height), height)
	size := fyne.NewSize(theme.PopupWidth*p.placed.zoom, p.placed.height()*p.placed.zoom)
	pixels := image.Pt(screen.Pixels(size.Width, scale), screen.Pixels(size.Height, scale))
	at := corner(p.state.Place, p.placed.workArea, pixels, margin)
	if p.placed.edge = at; !p.state.Place.IsTop() {
		p.placed.edge.Y += pixels.Y
	}
	if p.placed.edge != was {
		p.settled.Clear() // everything moves with the window
	}
	p.overlay.fill(p.draw(parted), size)
	p.overlay.move(at)
}

// content returns what would be shown in a popup without end.
func (p *Popup) content(parted parting, height float32) content {
	c := content{orders: len(p.orders()) + p.beyond, specials: len(parted.specials), undo: p.hasUndoRow(), tools: p.hasTools()}
	c.compact = len(parted.compact(c.specials))
	if parted.large != nil {
		c.large = cardHeight
		if parted.large.Key == p.opened {
			c.large = min(openHeight(*parted.large), height-leastHeight()+cardHeight)
		}
	}
	if p.bannerView != nil {
		c.banner = p.bannerView.height
	}
	return c
}

// A stack places objects from the edge at which the popup stands to the middle of the screen: what
// is at the edge stays in its place.
type stack struct {
	objects []fyne.CanvasObject
	used    float32 // from the edge
	height  float32
	down    bool
	where   map[ipc.Key]float32 // from the edge
}

func (s *stack) put(key ipc.Key, o fyne.CanvasObject, height float32) {
	top := s.height - s.used - height
	if s.down {
		top = s.used
	}
	s.objects = append(s.objects, widgets.Place(o, popupPadding, top, cardWidth, height))
	s.where[key] = s.used
	s.used += height + cardGap
}

// draw puts everything that has room in its place.
func (p *Popup) draw(parted parting) []fyne.CanvasObject {
	height := p.placed.height()
	s := &stack{used: popupPadding, height: height, down: p.state.Place.IsTop(), where: map[ipc.Key]float32{}}
	s.objects = append(s.objects, widgets.Place(&canvas.Rectangle{FillColor: fynetheme.Color(fynetheme.ColorNameBackground),
		StrokeColor: fynetheme.Color(theme.ColorPopupFrame), StrokeWidth: 1}, 0, 0, theme.PopupWidth, height))
	p.visible = map[ipc.Key]bool{}
	p.putCards(s, parted)
	if p.placed.undo {
		p.undoRow.draw()
		s.put(p.undoRow.key(), p.undoRow.root, rowHeight)
	}
	if p.placed.banner > 0 {
		if p.placed.banner < p.bannerView.height {
			p.bannerView = newBannerLine(p.state.Banner)
		}
		p.bannerView.tick(p.now())
		s.put(ipc.Key{Kind: "banner"}, p.bannerView.root, p.placed.banner)
	}
	if p.placed.tools {
		p.tools.show(p.isPaused(), len(p.cards), p.beyond)
		s.put(toolsKey(), p.tools.root, rowHeight)
	}
	if p.placed.zoom != 1 {
		zoomed(s.objects, p.placed.zoom)
	}
	p.settled.Update(s.where, p.now())
	return s.objects
}

// putCards puts the large card, the page of compact ones, the row about all orders and the cards
// above it in their places.
func (p *Popup) putCards(s *stack, parted parting) {
	prefix := usualPrefix(p.cards)
	full := func(c ipc.Card, height float32) {
		v := p.view(c)
		v.show(c, height, prefixOf(c, prefix))
		v.tick(p.now())
		s.put(c.Key, v.root, height)
	}
	if parted.large != nil {
		full(*parted.large, p.placed.large)
	}
	compact := parted.compact(p.placed.tops)
	p.page = min(p.page, p.placed.pages-1)
	from, to := p.placed.page(p.page, len(compact))
	for _, c := range compact[from:to] {
		v := p.view(c)
		v.showCompact(c, prefixOf(c, prefix))
		v.tick(p.now())
		s.put(c.Key, v.root, rowHeight)
	}
	if p.placed.row {
		p.all.show(p.orders(), p.beyond, p.page, p.placed.pages)
		s.put(allKey(), p.all.root, rowHeight)
		s.where[pageKey()] = s.where[allKey()]
	}
	for _, c := range parted.specials[:p.placed.tops] {
		full(c, cardHeight)
	}
}

// prefixOf returns how many bytes of the card's number are dimmed. What is not among the orders may
// have another number altogether.
func prefixOf(c ipc.Card, prefix string) int {
	if c.Kind == ipc.CardOrder && strings.HasPrefix(string(c.Order), prefix) {
		return len(prefix)
	}
	return 0
}

// view returns the widgets of a card. A card keeps its widgets from one layout to the
// next, so that a press of the button that has begun can end.
func (p *Popup) view(c ipc.Card) *card {
	p.visible[c.Key] = true
	v := p.views[c.Key]
	if v == nil {
		v = newCard(c, p.tr, func() { p.confirm(c.Key) }, func() { p.open(c.Key) })
		p.views[c.Key] = v
	}
	v.confirm.SetWaiting(p.isSent(c.Key))
	return v
}

// Repaint draws everything anew in the colours of the theme.
func (p *Popup) Repaint() {
	p.views, p.all, p.undoRow = map[ipc.Key]*card{}, newAllRow(p.tr, p.confirmAll, p.turn), newUndoRow(p.tr, p.undo)
	p.undoRow.shown, p.tools = p.state.Undo, newToolRow(p.tr, p.toggleSound, p.openHistory, p.minimise)
	if !p.isEmpty() {
		p.arrange()
	}
}

func (p *Popup) drawBanner() {
	p.bannerView = nil
	if p.state.Banner != (ipc.Banner{}) {
		p.bannerView = newBannerView(p.state.Banner)
	}
}
