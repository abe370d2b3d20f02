// Package popup is the one window with the waiting orders and the banner. It stays above
// all other windows and never takes the keyboard focus.
package popup

import (
	"image"
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

// answerTime is how long a pressed button waits for the agent, before it can be pressed
// again. The agent answers within milliseconds, and an order that nobody can confirm would
// ring for ever.
const answerTime = 3 * time.Second

// raiseInterval is how often a popup with cards comes back above programs that have put themselves on top since.
const raiseInterval = 5 * time.Second

// A Popup shows what the agent last sent. Its methods run on Fyne's goroutine.
type Popup struct {
	overlay  *overlay
	tr       *i18n.Translator
	send     func(ipc.FromUI)
	now      func() time.Time
	workArea func(monitor string) image.Rectangle // in pixels

	state      ipc.Popup  // what is shown
	cards      []ipc.Card // of state: those that are not orders, then the orders, oldest first
	beyond     int        // of state: waiting orders without a card
	items      []ipc.Card // cards, with the one whose confirmation can be taken back
	inPlace    bool       // items has such a one
	opened     ipc.Key    // the card that is shown whole, or zero
	page       int        // of the compact cards, from 0
	views      map[ipc.Key]*card
	visible    map[ipc.Key]bool
	bannerView *bannerView // nil without a banner
	all        *allRow
	undoRow    *undoRow
	sent       map[ipc.Key]time.Time // when a confirmation was sent that has no answer yet
	reported   map[ipc.Key]bool      // sent to the agent as shown
	settled    widgets.Settled[ipc.Key]
	placed     placement
	raised     time.Time
	tools      *toolRow
	bar        *widgets.ConfirmButton // in place of the popup, while a person has minimised it; else nil
}

// allKey and pageKey stand for the two buttons of the row about all orders among the keys of cards.
func allKey() ipc.Key { return ipc.Key{Kind: "all"} }

func pageKey() ipc.Key { return ipc.Key{Kind: "page"} }

// New returns a popup in w, which is hidden as long as there is nothing to show. workArea
// returns the part of a monitor that no panel covers.
func New(w fyne.Window, tr *i18n.Translator, send func(ipc.FromUI), workArea func(monitor string) image.Rectangle) *Popup {
	p := &Popup{overlay: newOverlay(w), tr: tr, send: send, now: time.Now, workArea: workArea,
		sent: map[ipc.Key]time.Time{}, reported: map[ipc.Key]bool{}}
	p.Repaint()
	return p
}

// Show shows state in place of what was shown before.
func (p *Popup) Show(state ipc.Popup) {
	arrived := p.hasNew(state.Cards)
	if arrived {
		p.opened = ipc.Key{} // the order that just came is the large one
	}
	arrived = arrived || isNews(state.Banner, p.state.Banner)
	p.take(state)
	if arrived || len(p.cards) == 0 {
		p.bar = nil
	}
	if p.isEmpty() {
		p.hide()
		return
	}
	if p.overlay.isVisible() {
		p.arrange()
	}
	p.appear()
	if arrived {
		p.overlay.raise()
	}
	p.Report()
}

// isNews reports whether b is about something else than the banner before it. Another number in its
// text is none: the orders that it counts come with cards.
func isNews(b, before ipc.Banner) bool {
	return b != (ipc.Banner{}) && (before == (ipc.Banner{}) || b.Tone != before.Tone || b.Kind != before.Kind)
}

func (p *Popup) take(state ipc.Popup) {
	if state.Undo != p.state.Undo {
		p.undoRow.shown = state.Undo
		p.undoRow.button.SetWaiting(false)
	}
	p.items, p.inPlace = withUndone(state.Cards, p.items, state.Undo)
	p.state, p.cards, p.beyond = state, state.Cards, state.More
	clear(p.sent) // state is the answer
	p.all.confirm.SetWaiting(false)
	p.forget()
}

// isEmpty reports whether there is nothing to show.
func (p *Popup) isEmpty() bool {
	return len(p.items) == 0 && p.state.Banner == (ipc.Banner{}) && !p.hasUndoRow()
}

// hasUndoRow reports whether what was just confirmed has a row of its own: it had no card here, or
// was several.
func (p *Popup) hasUndoRow() bool { return p.state.Undo != (ipc.Undo{}) && !p.inPlace }

// hide takes the popup off the screen. All that comes up next has to settle first.
func (p *Popup) hide() {
	p.settled.Clear()
	p.all.disarm()
	p.page = 0
	p.overlay.hide()
}

// appear puts the window on the screen, if it is not there.
func (p *Popup) appear() {
	if !p.overlay.isVisible() {
		p.overlay.show(p.arrange)
	}
}

// forget drops what is known of cards that are no longer shown: if such a card comes
// again, it is a new one.
func (p *Popup) forget() {
	shown := make(map[ipc.Key]bool, len(p.items))
	for _, c := range p.items {
		shown[c.Key] = true
	}
	if !shown[p.opened] {
		p.opened = ipc.Key{}
	}
	maps.DeleteFunc(p.views, func(k ipc.Key, _ *card) bool { return !shown[k] })
	maps.DeleteFunc(p.reported, func(k ipc.Key, _ bool) bool { return !shown[k] })
}

// hasNew reports whether a card is among cards that is not shown yet.
func (p *Popup) hasNew(cards []ipc.Card) bool {
	known := make(map[ipc.Key]bool, len(p.cards))
	for _, c := range p.cards {
		known[c.Key] = true
	}
	return slices.ContainsFunc(cards, func(c ipc.Card) bool { return !known[c.Key] })
}

// Report tells the agent, once each, which cards are on the screen.
func (p *Popup) Report() {
	var fresh []ipc.Key
	for _, c := range p.cards {
		if p.visible[c.Key] && !p.reported[c.Key] {
			fresh = append(fresh, c.Key)
		}
	}
	if len(fresh) == 0 || !p.overlay.isVisible() {
		return
	}
	for _, k := range fresh {
		p.reported[k] = true
	}
	p.send(ipc.FromUI{Shown: fresh})
}

// Tick updates the times on the popup; it must be called every second. It also brings the
// popup back to its place after a panel came, the resolution or the main monitor changed,
// or somebody hid the window.
func (p *Popup) Tick() {
	if p.isEmpty() {
		return
	}
	p.tickViews(p.now())
	if p.placed.workArea != p.workArea(p.state.Place.Monitor) || p.placed.scale != p.overlay.window.Canvas().Scale() {
		p.arrange()
	}
	p.appear()
	if now := p.now(); len(p.cards) > 0 && now.Sub(p.raised) >= raiseInterval {
		p.raised = now
		p.overlay.raise()
	}
}

func (p *Popup) tickViews(now time.Time) {
	for key, at := range p.sent {
		if now.Sub(at) > answerTime {
			delete(p.sent, key)
		}
	}
	for key, v := range p.views {
		v.tick(now)
		v.confirm.SetWaiting(p.isSent(key))
	}
	p.all.tick(now)
	p.all.confirm.SetWaiting(p.isSent(allKey()))
	if p.bannerView != nil {
		p.bannerView.tick(now)
	}
}
