package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A card is one order on the screen, or what else waits for a person. Its size is fixed:
// whatever its texts, the button is where the hand expects it.
type card struct {
	root    *fyne.Container
	since   *canvas.Text
	confirm *confirmButton // stays, whatever is drawn: a press that has begun can end
	shown   ipc.Card
	tr      *i18n.Translator
}

func newCard(c ipc.Card, tr *i18n.Translator, onConfirm func()) *card {
	v := &card{
		tr: tr, shown: c, root: container.NewWithoutLayout(),
		confirm: newConfirmButton(tr.Text("window.card.confirm"), buttonSize, mainFaces(), onConfirm),
	}
	v.draw()
	return v
}

// show makes the card what the agent says.
func (v *card) show(c ipc.Card) {
	if v.shown != c {
		v.shown = c
		v.draw()
	}
}

func (v *card) draw() {
	const left, width = stripeWidth + cardInset, cardWidth - stripeWidth - 2*cardInset
	const footerTop = cardHeight - footerBottom - footerHeight
	own := lookOf(v.shown, v.tr)
	bold := fyne.TextStyle{Bold: true}
	header := &canvas.Text{Text: own.title, TextSize: titleSize, Color: theme.Color(own.header), TextStyle: bold}
	v.since = &canvas.Text{TextSize: sinceSize, Color: theme.Color(colorQuiet), Alignment: fyne.TextAlignTrailing}
	if own.band != "" {
		v.since.TextSize, v.since.TextStyle, v.since.Color = lateSize, bold, header.Color
	}
	v.root.Objects = append(own.face(),
		put(header, left, headerTop, width, headerHeight),
		put(v.since, left, headerTop, width, headerHeight),
		put(v.middle(own, fyne.NewSize(width, footerTop-bandHeight)), left, bandHeight, width, footerTop-bandHeight),
		put(v.foot(fyne.NewSize(width-buttonWidth-cardInset, footerHeight)), left, footerTop, width-buttonWidth-cardInset, footerHeight),
		put(v.confirm, left+width-buttonWidth, footerTop, buttonWidth, footerHeight),
	)
	v.root.Refresh()
}

// middle is the large text and, below it, what was ordered; together in the middle of
// the area's height.
func (v *card) middle(own look, area fyne.Size) fyne.CanvasObject {
	style := canvas.Text{Color: theme.Color(theme.ColorNameForeground), TextSize: summarySize}
	summary := wordBlock(v.shown.Summary, area.Width, 2, style)
	style.TextStyle.Bold = true
	below := summary.Size().Height
	if below > 0 {
		below += summaryGap
	}
	text := textBlock(own.text, fyne.NewSize(area.Width, area.Height-below), own.ladder, style)
	top := (area.Height - below - text.Size().Height) / 2
	text.Move(fyne.NewPos(0, top))
	summary.Move(fyne.NewPos(0, top+text.Size().Height))
	return container.NewWithoutLayout(text, summary)
}

// foot is what was paid, and the mart.
func (v *card) foot(area fyne.Size) fyne.CanvasObject {
	mart := v.tr.Text("window.card.mart", "Mart", v.shown.Mart)
	quiet := canvas.Text{Color: theme.Color(colorQuiet)}
	if v.shown.Amount == "" {
		return centred(textBlock(mart, area, martLadder(), quiet), area)
	}
	upper, lower := fyne.NewSize(area.Width, area.Height-martHeight), fyne.NewSize(area.Width, martHeight)
	amount := textBlock(v.shown.Amount, upper, amountLadder(),
		canvas.Text{Color: theme.Color(theme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
	below := centred(textBlock(mart, lower, martBelowLadder(), quiet), lower)
	below.Move(fyne.NewPos(0, upper.Height))
	return container.NewWithoutLayout(centred(amount, upper), below)
}

// tick brings "3 min ago" up to date.
func (v *card) tick(now time.Time) {
	text := ""
	if !v.shown.At.IsZero() {
		text = elapsed(v.tr, v.shown.At, now)
	}
	if v.since.Text != text {
		v.since.Text = text
		v.since.Refresh()
	}
}

// put gives o its place.
func put(o fyne.CanvasObject, x, y, width, height float32) fyne.CanvasObject {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(width, height))
	return o
}
