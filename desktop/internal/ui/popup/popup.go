// Package popup is the one window with the waiting orders and the banner, which stays above
// all others and never takes the keyboard focus.
package popup

import (
	"image"
	"maps"
	"time"

	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A pressed button becomes one to press again when the agent has not answered by then:
// it answers within milliseconds, and an order nobody can confirm would ring for ever.
const answerTime = 3 * time.Second

// A popup is the one window with all the cards and the banner. Its methods run on Fyne's goroutine.
type Popup struct {
	over *overlay
	tr   *i18n.Translator
	send func(ipc.FromUI)
	now  func() time.Time
	area func() image.Rectangle // the work area, in pixels

	cards   []ipc.Card // oldest first
	beyond  int        // orders that wait beyond them
	seq     int        // of what the agent said last
	banner  ipc.Banner
	views   map[ipc.Key]*card
	notice  *notice // the banner's view, or nil
	all     *allRow
	asked   map[ipc.Key]time.Time // when an unanswered confirmation was sent
	told    map[ipc.Key]bool      // reported as Mapped
	settled settled
	placed  placement
}

// A placement is what the popup was laid out for.
type placement struct {
	area  image.Rectangle
	scale float32
	pile
}

// allKey stands for the row about all orders among the keys of cards.
func allKey() ipc.Key { return ipc.Key{Kind: "all"} }

func New(w fyne.Window, tr *i18n.Translator, send func(ipc.FromUI), area func() image.Rectangle) *Popup {
	p := &Popup{over: newOverlay(w), tr: tr, send: send, now: time.Now, area: area,
		asked: map[ipc.Key]time.Time{}, told: map[ipc.Key]bool{}}
	p.Repaint()
	return p
}

// show makes the popup what the agent says.
func (p *Popup) Show(state ipc.Popup) {
	arrived := p.anyNew(state.Cards) || state.Banner != (ipc.Banner{}) && state.Banner != p.banner
	p.take(state)
	if p.isEmpty() {
		p.hide()
		return
	}
	if p.over.visible() {
		p.arrange()
	}
	p.appear()
	if arrived {
		p.over.raise()
	}
	p.Report()
}

func (p *Popup) take(state ipc.Popup) {
	if state.Banner != p.banner {
		p.banner = state.Banner
		p.redress()
	}
	p.cards, p.beyond, p.seq = state.Cards, state.More, state.Seq
	clear(p.asked) // this is the answer
	p.all.confirm.SetWaiting(false)
	p.forget()
}

func (p *Popup) isEmpty() bool { return len(p.cards) == 0 && p.notice == nil }

// hide takes the popup off the screen. What comes up next has yet to settle.
func (p *Popup) hide() {
	p.settled = settled{}
	p.all.disarm()
	p.over.hide()
}

// forget makes every card that is gone a new one when it comes next.
func (p *Popup) forget() {
	here := make(map[ipc.Key]bool, len(p.cards))
	for _, c := range p.cards {
		here[c.Key] = true
	}
	maps.DeleteFunc(p.views, func(k ipc.Key, _ *card) bool { return !here[k] })
	maps.DeleteFunc(p.told, func(k ipc.Key, _ bool) bool { return !here[k] })
}

func (p *Popup) anyNew(cards []ipc.Card) bool {
	for _, c := range cards {
		if p.views[c.Key] == nil {
			return true
		}
	}
	return false
}

// orders are the keys of all orders, open or not.
func (p *Popup) orders() (keys []ipc.Key) {
	for _, c := range p.cards {
		if c.Kind == ipc.CardOrder {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// arrange lays everything out in the work area as it is now.
func (p *Popup) arrange() {
	scale := p.over.window.Canvas().Scale()
	p.placed = placement{area: p.area(), scale: scale}
	margin := screen.Pixels(theme.PopupMargin, scale)
	room := float32(p.placed.area.Dy()-2*margin) / scale
	orders := p.orders()
	p.placed.pile = stack(len(p.cards), len(orders), p.bannerHeight(), room)
	p.all.show(orders, p.beyond, p.placed.more+p.beyond)
	size := fyne.NewSize(theme.PopupWidth, p.placed.height())
	p.over.fill(p.draw(size), size)
	p.over.move(corner(p.placed.area, image.Pt(screen.Pixels(size.Width, scale), screen.Pixels(size.Height, scale)), margin))
}

func (p *Popup) bannerHeight() float32 {
	if p.notice == nil {
		return 0
	}
	return p.notice.height
}

// draw gives everything that has room its place.
func (p *Popup) draw(size fyne.Size) []fyne.CanvasObject {
	objects := []fyne.CanvasObject{widgets.Place(&canvas.Rectangle{FillColor: fynetheme.Color(fynetheme.ColorNameBackground),
		StrokeColor: fynetheme.Color(theme.ColorPopupFrame), StrokeWidth: 1}, 0, 0, size.Width, size.Height)}
	if p.placed.banner > 0 {
		p.notice.tick(p.now())
		objects = append(objects, widgets.Place(p.notice.root, popupPadding, popupPadding, cardWidth, p.placed.banner))
	}
	keys, bottoms := make([]ipc.Key, p.placed.open), p.placed.bottoms()
	for i, c := range p.cards[:p.placed.open] {
		keys[i] = c.Key
		objects = append(objects, widgets.Place(p.view(c).root, popupPadding, size.Height-bottoms[i]-cardHeight, cardWidth, cardHeight))
	}
	if p.placed.row {
		keys, bottoms = append(keys, allKey()), append(bottoms, p.placed.rowBottom())
		objects = append(objects, widgets.Place(p.all.root, popupPadding, size.Height-p.placed.rowBottom()-rowHeight, cardWidth, rowHeight))
	}
	p.settled.update(keys, bottoms, p.now())
	return objects
}

// view keeps a card's widgets from one layout to the next, so that a press of the
// button that has begun can end.
func (p *Popup) view(c ipc.Card) *card {
	v := p.views[c.Key]
	if v == nil {
		v = newCard(c, p.tr, func() { p.confirm(c.Key) })
		p.views[c.Key] = v
	}
	v.show(c)
	v.confirm.SetWaiting(p.isAsked(c.Key))
	v.tick(p.now())
	return v
}

// appear puts the window on the screen, if it is not there.
func (p *Popup) appear() {
	if p.over.visible() {
		return
	}
	p.over.show(p.arrange)
}

// confirm tells the agent, once, what a person pressed.
func (p *Popup) confirm(key ipc.Key) {
	if !p.settled.counts(key, p.now()) {
		return
	}
	p.asked[key] = p.now()
	p.views[key].confirm.SetWaiting(true)
	p.send(ipc.FromUI{Confirm: []ipc.Key{key}})
}

// confirmAll asks whether all orders are meant, and tells the agent when they are.
func (p *Popup) confirmAll() {
	now := p.now()
	if !p.settled.counts(allKey(), now) {
		return
	}
	p.settled.restart(allKey(), now)
	if p.all.armed.IsZero() {
		p.all.arm(now)
		return
	}
	p.all.disarm()
	p.all.confirm.SetWaiting(true)
	p.asked[allKey()] = now
	for _, k := range p.all.orders {
		p.asked[k] = now
		if v := p.views[k]; v != nil {
			v.confirm.SetWaiting(true)
		}
	}
	if p.beyond > 0 {
		p.send(ipc.FromUI{ConfirmAll: p.seq})
		return
	}
	p.send(ipc.FromUI{Confirm: p.all.orders})
}

// report tells the agent, once each, which cards are on the screen.
func (p *Popup) Report() {
	var fresh []ipc.Key
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
	p.send(ipc.FromUI{Shown: fresh})
}

// tick runs every second: it brings the times up to date, and the popup back to where
// it belongs after a panel came, the resolution or the main monitor changed, or somebody
// hid it.
func (p *Popup) Tick() {
	if p.isEmpty() {
		return
	}
	p.tickViews(p.now())
	if p.placed.area != p.area() || p.placed.scale != p.over.window.Canvas().Scale() {
		p.arrange()
	}
	p.appear()
}

func (p *Popup) tickViews(now time.Time) {
	for key, at := range p.asked {
		if now.Sub(at) > answerTime {
			delete(p.asked, key)
		}
	}
	for key, v := range p.views {
		v.tick(now)
		v.confirm.SetWaiting(p.isAsked(key))
	}
	p.all.tick(now)
	p.all.confirm.SetWaiting(p.isAsked(allKey()))
	if p.notice != nil {
		p.notice.tick(now)
	}
}

func (p *Popup) isAsked(k ipc.Key) bool { return !p.asked[k].IsZero() }

// repaint draws everything anew in the colours of the fynetheme.
func (p *Popup) Repaint() {
	p.views, p.all = map[ipc.Key]*card{}, newAllRow(p.tr, p.confirmAll)
	p.redress()
	if !p.isEmpty() {
		p.arrange()
	}
}

// redress draws the banner anew.
func (p *Popup) redress() {
	p.notice = nil
	if p.banner != (ipc.Banner{}) {
		p.notice = newNotice(p.banner)
	}
}
