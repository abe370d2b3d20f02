package window

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/pipe"
	"jumun/desktop/words"
)

const popupWidth = cardWidth + 2*popupPadding

// A pressed button becomes one to press again when the agent has not answered by then:
// it answers within milliseconds, and an order nobody can confirm would ring for ever.
const answerTime = 3 * time.Second

// A popup is the one window with all the cards. Its methods run on Fyne's goroutine.
type popup struct {
	over *overlay
	say  *words.Words
	send func(pipe.FromWindow)
	now  func() time.Time
	area func() image.Rectangle // the work area, in pixels

	cards   []pipe.Card // oldest first
	views   map[pipe.Key]*card
	asked   map[pipe.Key]time.Time // when an unanswered confirmation was sent
	told    map[pipe.Key]bool      // reported as Mapped
	settled settled
	placed  placement
}

// A placement is what the popup was laid out for.
type placement struct {
	area  image.Rectangle
	scale float32
	open  int
}

func newPopup(w fyne.Window, say *words.Words, send func(pipe.FromWindow), area func() image.Rectangle) *popup {
	p := &popup{over: newOverlay(w), say: say, send: send, now: time.Now, area: area}
	p.forget()
	return p
}

// show makes the popup what the agent says.
func (p *popup) show(state pipe.Popup) {
	arrived := p.anyNew(state.Cards)
	p.cards = state.Cards
	clear(p.asked) // this is the answer
	if len(p.cards) == 0 {
		p.forget()
		p.over.hide()
		return
	}
	if p.over.visible() {
		p.arrange()
	}
	p.appear()
	if arrived {
		p.over.raise()
	}
	p.report()
}

// forget makes every card a new one when it comes next.
func (p *popup) forget() {
	p.views, p.asked, p.told = map[pipe.Key]*card{}, map[pipe.Key]time.Time{}, map[pipe.Key]bool{}
	p.settled = settled{}
}

func (p *popup) anyNew(cards []pipe.Card) bool {
	for _, c := range cards {
		if p.views[c.Key] == nil {
			return true
		}
	}
	return false
}

// arrange lays the cards out in the work area as it is now.
func (p *popup) arrange() {
	scale := p.over.window.Canvas().Scale()
	p.placed = placement{area: p.area(), scale: scale}
	margin := pixels(popupMargin, scale)
	room := float32(p.placed.area.Dy()-2*margin) / scale
	open, more := split(len(p.cards), room)
	p.placed.open = open
	size := fyne.NewSize(popupWidth, stackHeight(open, more))
	p.over.fill(p.stack(open, more, size), size)
	p.over.move(corner(p.placed.area, image.Pt(pixels(size.Width, scale), pixels(size.Height, scale)), margin))
}

// stack draws the first cards, and how many more there are.
func (p *popup) stack(open, more int, size fyne.Size) []fyne.CanvasObject {
	objects := []fyne.CanvasObject{put(&canvas.Rectangle{FillColor: theme.Color(theme.ColorNameBackground),
		StrokeColor: theme.Color(colorPopupFrame), StrokeWidth: 1}, 0, 0, size.Width, size.Height)}
	keys, bottoms := make([]pipe.Key, open), fromBottom(open, more)
	for i, c := range p.cards[:open] {
		keys[i] = c.Key
		objects = append(objects, put(p.view(c).root, popupPadding, size.Height-bottoms[i]-cardHeight, cardWidth, cardHeight))
	}
	p.settled.put(keys, bottoms, p.now())
	if more > 0 {
		text := &canvas.Text{Text: p.say.Say("window.more", "N", more), TextSize: moreSize, Alignment: fyne.TextAlignCenter,
			Color: theme.Color(theme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}}
		objects = append(objects, put(text, popupPadding, size.Height-popupPadding-moreHeight, cardWidth, moreHeight))
	}
	return objects
}

// view keeps a card's widgets from one layout to the next, so that a press of the
// button that has begun can end.
func (p *popup) view(c pipe.Card) *card {
	v := p.views[c.Key]
	if v == nil {
		v = newCard(c, p.say, func() { p.confirm(c.Key) })
		p.views[c.Key] = v
	}
	v.at = c.At
	v.confirm.spend(!p.asked[c.Key].IsZero())
	v.tick(p.now())
	return v
}

// appear puts the window on the screen, if it is not there.
func (p *popup) appear() {
	if p.over.visible() {
		return
	}
	p.over.show(p.arrange)
}

// confirm tells the agent, once, what a person pressed.
func (p *popup) confirm(key pipe.Key) {
	if !p.settled.firm(key, p.now()) {
		return
	}
	p.asked[key] = p.now()
	p.views[key].confirm.spend(true)
	p.send(pipe.FromWindow{Confirm: []pipe.Key{key}})
}

// report tells the agent, once each, which cards are on the screen.
func (p *popup) report() {
	var fresh []pipe.Key
	for _, c := range p.cards[:min(p.placed.open, len(p.cards))] {
		if !p.told[c.Key] {
			fresh = append(fresh, c.Key)
		}
	}
	if len(fresh) == 0 || !p.over.visible() {
		return
	}
	for _, c := range p.cards[:p.placed.open] {
		p.told[c.Key] = true
	}
	p.send(pipe.FromWindow{Mapped: fresh})
}

// tick runs every second: it brings the times up to date, and the popup back to where
// it belongs after a panel came, the resolution changed or somebody hid it.
func (p *popup) tick() {
	if len(p.cards) == 0 {
		return
	}
	now := p.now()
	for key, v := range p.views {
		v.tick(now)
		if at := p.asked[key]; !at.IsZero() && now.Sub(at) > answerTime {
			delete(p.asked, key)
			v.confirm.spend(false)
		}
	}
	if p.placed.area != p.area() || p.placed.scale != p.over.window.Canvas().Scale() {
		p.arrange()
	}
	p.appear()
}

// repaint draws everything anew in the colours of the theme.
func (p *popup) repaint() {
	p.views = map[pipe.Key]*card{}
	if len(p.cards) > 0 {
		p.arrange()
	}
}
