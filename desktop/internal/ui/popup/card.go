package popup

import (
	"time"

	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A card is one order on the screen, or what else waits for a person. Its size is fixed:
// whatever its texts, the button is where the hand expects it.
type card struct {
	root    *fyne.Container
	since   *canvas.Text
	confirm *widgets.ConfirmButton // stays, whatever is drawn: a press that has begun can end
	shown   ipc.Card
	tr      *i18n.Translator
}

func newCard(c ipc.Card, tr *i18n.Translator, onConfirm func()) *card {
	v := &card{
		tr: tr, shown: c, root: container.NewWithoutLayout(),
		confirm: widgets.NewConfirmButton(tr.Text("window.card.confirm"), buttonSize, widgets.MainColors(), onConfirm),
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
	header := &canvas.Text{Text: own.title, TextSize: titleSize, Color: fynetheme.Color(own.header), TextStyle: bold}
	v.since = &canvas.Text{TextSize: sinceSize, Color: fynetheme.Color(theme.ColorQuiet), Alignment: fyne.TextAlignTrailing}
	if own.band != "" {
		v.since.TextSize, v.since.TextStyle, v.since.Color = lateSize, bold, header.Color
	}
	v.root.Objects = append(own.face(),
		widgets.Place(header, left, headerTop, width, headerHeight),
		widgets.Place(v.since, left, headerTop, width, headerHeight),
		widgets.Place(v.middle(own, fyne.NewSize(width, footerTop-bandHeight)), left, bandHeight, width, footerTop-bandHeight),
		widgets.Place(v.foot(fyne.NewSize(width-buttonWidth-cardInset, footerHeight)), left, footerTop, width-buttonWidth-cardInset, footerHeight),
		widgets.Place(v.confirm, left+width-buttonWidth, footerTop, buttonWidth, footerHeight),
	)
	v.root.Refresh()
}

// middle is the large text and, below it, what was ordered; together in the middle of
// the area's height.
func (v *card) middle(own look, area fyne.Size) fyne.CanvasObject {
	style := canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextSize: summarySize}
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
	quiet := canvas.Text{Color: fynetheme.Color(theme.ColorQuiet)}
	if v.shown.Amount == "" {
		return centred(textBlock(mart, area, martLadder(), quiet), area)
	}
	upper, lower := fyne.NewSize(area.Width, area.Height-martHeight), fyne.NewSize(area.Width, martHeight)
	amount := textBlock(v.shown.Amount, upper, amountLadder(),
		canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
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
