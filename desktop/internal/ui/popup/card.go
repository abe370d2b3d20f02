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

// A card shows one order, a gap or a test alarm. Its size is fixed: whatever its texts, the
// button is where the hand expects it.
type card struct {
	root    *fyne.Container
	since   *canvas.Text
	confirm *widgets.ConfirmButton // never drawn anew: a press that has begun can end
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

// show draws the card anew if c is not what it shows.
func (v *card) show(c ipc.Card) {
	if v.shown != c {
		v.shown = c
		v.draw()
	}
}

func (v *card) draw() {
	const left, width = stripeWidth + cardInset, cardWidth - stripeWidth - 2*cardInset
	const footerTop = cardHeight - footerBottom - footerHeight
	style := styleOf(v.shown, v.tr)
	bold := fyne.TextStyle{Bold: true}
	header := &canvas.Text{Text: style.title, TextSize: titleSize, Color: fynetheme.Color(style.header), TextStyle: bold}
	v.since = &canvas.Text{TextSize: sinceSize, Color: fynetheme.Color(theme.ColorQuiet), Alignment: fyne.TextAlignTrailing}
	if style.band != "" {
		v.since.TextSize, v.since.TextStyle, v.since.Color = lateSize, bold, header.Color
	}
	v.root.Objects = append(style.background(),
		widgets.Place(header, left, headerTop, width, headerHeight),
		widgets.Place(v.since, left, headerTop, width, headerHeight),
		widgets.Place(v.middle(style, fyne.NewSize(width, footerTop-bandHeight)), left, bandHeight, width, footerTop-bandHeight),
		widgets.Place(v.foot(fyne.NewSize(width-buttonWidth-cardInset, footerHeight)), left, footerTop, width-buttonWidth-cardInset, footerHeight),
		widgets.Place(v.confirm, left+width-buttonWidth, footerTop, buttonWidth, footerHeight),
	)
	v.root.Refresh()
}

// middle returns the large text with the order's summary below it, both together in the
// middle of the area's height.
func (v *card) middle(style cardStyle, area fyne.Size) fyne.CanvasObject {
	like := canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextSize: summarySize}
	summary := wordBlock(v.shown.Summary, area.Width, 2, like)
	like.TextStyle.Bold = true
	below := summary.Size().Height
	if below > 0 {
		below += summaryGap
	}
	text := textBlock(style.text, fyne.NewSize(area.Width, area.Height-below), style.sizes, like)
	top := (area.Height - below - text.Size().Height) / 2
	text.Move(fyne.NewPos(0, top))
	summary.Move(fyne.NewPos(0, top+text.Size().Height))
	if style.struck {
		strike(text)
	}
	return container.NewWithoutLayout(text, summary)
}

// strike draws a line through each line of a text.
func strike(text *fyne.Container) {
	for _, o := range text.Objects {
		line := o.(*canvas.Text)
		size := fyne.MeasureText(line.Text, line.TextSize, line.TextStyle)
		text.Add(widgets.Place(&canvas.Rectangle{FillColor: fynetheme.Color(theme.ColorCancelledEdge)}, 0,
			line.Position().Y+size.Height*0.52, size.Width, 2)) // thin: staff call the number out
	}
}

// foot returns the amount and the mart.
func (v *card) foot(area fyne.Size) fyne.CanvasObject {
	mart := cmp.Or(v.shown.MartName, v.tr.Text("window.card.mart", "Mart", v.shown.Mart))
	quiet := canvas.Text{Color: fynetheme.Color(theme.ColorQuiet)}
	if v.shown.Amount == "" {
		return centred(textBlock(mart, area, martSizes(), quiet), area)
	}
	upper, lower := fyne.NewSize(area.Width, area.Height-martHeight), fyne.NewSize(area.Width, martHeight)
	amount := textBlock(v.shown.Amount, upper, amountSizes(),
		canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
	below := centred(textBlock(mart, lower, martBelowSizes(), quiet), lower)
	below.Move(fyne.NewPos(0, upper.Height))
	return container.NewWithoutLayout(centred(amount, upper), below)
}

// tick updates a text such as "3 min ago".
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
