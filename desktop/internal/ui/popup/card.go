package popup

import (
	"cmp"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// A card shows one thing that waits for a person, large or compact. Whatever its texts, the button is
// where the hand expects it.
type card struct {
	root    *fyne.Container
	since   *canvas.Text
	body    *tapArea               // opens the details
	confirm *widgets.ConfirmButton // kept when the card is drawn anew: a press that has begun can end
	shown   ipc.Card
	large   bool
	tr      *i18n.Translator
}

func newCard(c ipc.Card, tr *i18n.Translator, onConfirm, onOpen func()) *card {
	v := &card{tr: tr, shown: c, root: container.NewWithoutLayout(), body: newTapArea(onOpen)}
	text, colors := "window.card.confirm", widgets.MainColors()
	switch c.Kind {
	case cardUndo:
		text, colors = "undo.button", widgets.PlainColors()
	case ipc.CardOffice:
		text = "office.heard"
	}
	v.confirm = widgets.NewConfirmButton(tr.Text(text), buttonSize, colors, onConfirm)
	return v
}

// show draws c as a large card of that height. So many bytes of its number as prefix says are dimmed.
func (v *card) show(c ipc.Card, height float32, prefix int) {
	v.shown, v.large = c, true
	const left, width = stripeWidth + cardInset, cardWidth - stripeWidth - 2*cardInset
	footerTop := height - footerBottom - footerHeight
	style := styleOf(c, v.tr)
	bold := fyne.TextStyle{Bold: true}
	header := &canvas.Text{Text: style.title, TextSize: titleSize, Color: fynetheme.Color(style.header), TextStyle: bold}
	v.since = &canvas.Text{TextSize: sinceSize, Color: fynetheme.Color(theme.ColorQuiet), Alignment: fyne.TextAlignTrailing}
	if style.band != "" {
		v.since.TextSize, v.since.TextStyle, v.since.Color = lateSize, bold, header.Color
	}
	number := fyne.NewSize(width, numberHeight)
	foot := fyne.NewSize(width-buttonWidth-cardInset, footerHeight)
	v.root.Objects = append(style.background(height),
		widgets.Place(v.body, 0, 0, cardWidth, height),
		widgets.Place(header, left, headerTop, width, headerHeight),
		widgets.Place(v.since, left, headerTop, width, headerHeight),
		widgets.Place(container.NewWithoutLayout(style.number(number, style.sizes, prefix)), left, bandHeight, width, numberHeight),
		widgets.Place(v.summary(footerTop-bandHeight-numberHeight), left, bandHeight+numberHeight, width, footerTop-bandHeight-numberHeight),
		widgets.Place(v.foot(foot), left, footerTop, foot.Width, footerHeight),
		v.button(buttonSize, left+width, footerTop, buttonWidth, footerHeight),
	)
	v.root.Refresh()
}

// button returns the button, which ends at right. The one that takes a confirmation back is not where
// the one was that confirmed: a second press of that would press it.
func (v *card) button(textSize, right, top, width, height float32) fyne.CanvasObject {
	v.confirm.SetTextSize(textSize)
	if v.shown.Kind == cardUndo {
		right, width = right-width-cardInset, undoWidth
	}
	return widgets.Place(v.confirm, right-width, top, width, height)
}

// summary returns as many lines of the summary as have room.
func (v *card) summary(height float32) fyne.CanvasObject {
	like := canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextSize: summarySize}
	return wordBlock(v.shown.Summary, summaryWidth, int(height/lineHeight(summarySize)), like)
}

// openHeight returns the height at which the card shows its whole summary.
func openHeight(c ipc.Card) float32 {
	measure := func(s string) float32 { return fyne.MeasureText(s, summarySize, fyne.TextStyle{}).Width }
	lines := phrase(c.Summary, summaryWidth, maxSummaryLines, measure)
	return max(cardHeight, cardHeight+float32(len(lines)-summaryLines)*lineHeight(summarySize))
}

func lineHeight(size float32) float32 { return fyne.MeasureText("", size, fyne.TextStyle{}).Height }

// foot returns the amount and the mart.
func (v *card) foot(area fyne.Size) fyne.CanvasObject {
	if v.shown.Kind == cardUndo {
		return container.NewWithoutLayout()
	}
	mart := cmp.Or(v.shown.MartName, v.tr.Text("window.card.mart", "Mart", v.shown.Mart))
	quiet := canvas.Text{Color: fynetheme.Color(theme.ColorQuiet)}
	if v.shown.Amount == "" {
		return container.NewWithoutLayout(centred(textBlock(mart, area, martSizes(), quiet), area))
	}
	upper, lower := fyne.NewSize(area.Width, area.Height-martHeight), fyne.NewSize(area.Width, martHeight)
	amount := textBlock(v.shown.Amount, upper, amountSizes(),
		canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
	below := centred(textBlock(mart, lower, martBelowSizes(), quiet), lower)
	below.Move(fyne.NewPos(0, upper.Height))
	return container.NewWithoutLayout(centred(amount, upper), below)
}

// tick updates a text such as "3 min ago". A large card has the time of day too, which says nothing
// about another day's order.
func (v *card) tick(now time.Time) {
	text := ""
	if !v.shown.At.IsZero() {
		text = elapsed(v.tr, v.shown.At, now)
	}
	if text != "" && v.large && now.Sub(v.shown.At) < 24*time.Hour {
		text = v.shown.At.In(now.Location()).Format("15:04") + " · " + text
	}
	if v.since.Text != text {
		v.since.Text = text
		v.since.Refresh()
	}
}
