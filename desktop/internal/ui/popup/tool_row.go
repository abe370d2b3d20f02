package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/widgets"
)

// A toolRow has the buttons that are about the popup as a whole.
type toolRow struct {
	root                     *fyne.Container
	sound, history, minimise *widgets.ConfirmButton
	tr                       *i18n.Translator
}

func newToolRow(tr *i18n.Translator, onSound, onHistory, onMinimise func()) *toolRow {
	return &toolRow{
		tr: tr, root: container.NewWithoutLayout(),
		sound:    widgets.NewConfirmButton(tr.Text("window.sound.pause"), moreSize, widgets.PlainColors(), onSound),
		history:  widgets.NewConfirmButton("", moreSize, widgets.PlainColors(), onHistory),
		minimise: widgets.NewConfirmButton(tr.Text("window.minimise"), moreSize, widgets.PlainColors(), onMinimise),
	}
}

// show shows whether sounds are paused, and how many orders are only in the history. Without cards
// there is nothing that a small bar could keep.
func (r *toolRow) show(paused bool, cards, beyond int) {
	const third = (cardWidth - 2*cardGap) / 3.0
	text, colours := "window.sound.pause", widgets.PlainColors()
	if paused {
		text, colours = "window.sound.resume", widgets.MainColors()
	}
	r.sound.SetFace(r.tr.Text(text), colours)
	r.history.SetFace(r.tr.Text("window.history.title"), widgets.PlainColors())
	if beyond > 0 {
		r.history.SetFace(r.tr.Text("window.beyond", "N", beyond), widgets.PlainColors())
	}
	r.root.Objects = []fyne.CanvasObject{widgets.Place(r.sound, 0, 0, third, rowHeight)}
	if cards > 0 {
		r.root.Add(widgets.Place(r.history, third+cardGap, 0, third, rowHeight))
		r.root.Add(widgets.Place(r.minimise, 2*(third+cardGap), 0, third, rowHeight))
	}
}

// openHistory tells the agent that a person wants the list of all orders.
func (p *Popup) openHistory() {
	if p.settled.Counts(toolsKey(), p.now()) {
		p.send(ipc.FromUI{OpenHistory: true})
	}
}

// toolsKey stands for the tool row among the keys of cards.
func toolsKey() ipc.Key { return ipc.Key{Kind: "tools"} }

// hasTools reports whether the popup should have the tool row: a banner alone goes by itself.
func (p *Popup) hasTools() bool { return len(p.cards) > 0 || p.isPaused() }

func (p *Popup) isPaused() bool { return !p.state.PausedUntil.IsZero() }

// toggleSound pauses the sounds, or ends their pause.
func (p *Popup) toggleSound() {
	if !p.settled.Counts(toolsKey(), p.now()) {
		return
	}
	p.settled.Restart(toolsKey(), p.now()) // a double click must not end the pause that it began
	p.send(ipc.FromUI{PauseSound: !p.isPaused(), ResumeSound: p.isPaused()})
}
