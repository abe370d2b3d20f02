package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"jumun/desktop/pipe"
	"jumun/desktop/words"
)

// A card is one order on the screen, or what else waits for a person. Its size is fixed:
// whatever its texts, the button is where the hand expects it.
type card struct {
	root    *fyne.Container
	since   *canvas.Text
	confirm *confirmButton
	at      time.Time
	say     *words.Words
}

func newCard(c pipe.Card, say *words.Words, onConfirm func()) *card {
	const left, width = stripeWidth + cardInset, cardWidth - stripeWidth - 2*cardInset
	const textTop, footerTop = cardInset + headerHeight, cardHeight - cardInset - footerHeight
	own := lookOf(c.Key, say)
	v := &card{
		say: say, at: c.At,
		since:   &canvas.Text{TextSize: sinceSize, Color: theme.Color(colorQuiet), Alignment: fyne.TextAlignTrailing},
		confirm: newConfirmButton(say.Say("window.card.confirm"), onConfirm),
	}
	header := &canvas.Text{Text: own.title, TextSize: titleSize, Color: theme.Color(own.accent), TextStyle: fyne.TextStyle{Bold: true}}
	text := textBlock(own.text, fyne.NewSize(width, footerTop-textTop), own.ladder,
		canvas.Text{Color: theme.Color(theme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}})
	mart := textBlock(say.Say("window.card.mart", "Mart", c.Mart), fyne.NewSize(width-buttonWidth-cardInset, footerHeight),
		martLadder(), canvas.Text{Color: theme.Color(colorQuiet)})
	v.root = container.NewWithoutLayout(append(face(own.accent),
		put(header, left, cardInset, width, headerHeight),
		put(v.since, left, cardInset, width, headerHeight),
		put(text, left, textTop, width, footerTop-textTop),
		put(mart, left, footerTop, width-buttonWidth-cardInset, footerHeight),
		put(v.confirm, left+width-buttonWidth, footerTop, buttonWidth, footerHeight),
	)...)
	v.tick(time.Now())
	return v
}

// A look is what a kind of card has of its own.
type look struct {
	title  string
	accent fyne.ThemeColorName
	text   string // the large one
	ladder []rung // of text
}

func lookOf(k pipe.Key, say *words.Words) look {
	switch k.Kind {
	case pipe.CardGap:
		return look{say.Say("gap.title"), theme.ColorNameWarning, say.Say("gap.do"), sentenceLadder()}
	case pipe.CardTest:
		return look{say.Say("window.card.test"), colorTest, string(k.Order), numberLadder()}
	}
	return look{say.Say("window.card.order"), colorOrder, string(k.Order), numberLadder()}
}

// face is the card's background: a stripe at its left has the accent colour.
func face(accent fyne.ThemeColorName) []fyne.CanvasObject {
	stripe := &canvas.Rectangle{FillColor: theme.Color(accent), TopLeftCornerRadius: cardRadius, BottomLeftCornerRadius: cardRadius}
	paper := &canvas.Rectangle{FillColor: theme.Color(colorCard), TopRightCornerRadius: cardRadius, BottomRightCornerRadius: cardRadius}
	return []fyne.CanvasObject{
		put(stripe, 0, 0, cardRadius, cardHeight), // wide enough for its round corners
		put(paper, stripeWidth, 0, cardWidth-stripeWidth, cardHeight),
	}
}

// tick brings "3 min ago" up to date.
func (v *card) tick(now time.Time) {
	text := ""
	if !v.at.IsZero() {
		text = elapsed(v.say, v.at, now)
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

// textBlock shows text in the style of like, as large as area and ladder let it, in
// the middle of the area's height.
func textBlock(text string, area fyne.Size, ladder []rung, like canvas.Text) *fyne.Container {
	measure := func(s string, size float32) fyne.Size { return fyne.MeasureText(s, size, like.TextStyle) }
	fits := fit(text, area, ladder, measure)
	height := measure(text, fits.size).Height
	top := (area.Height - float32(len(fits.lines))*height) / 2
	block := container.NewWithoutLayout()
	for i, line := range fits.lines {
		block.Add(put(&canvas.Text{Text: line, TextSize: fits.size, Color: like.Color, TextStyle: like.TextStyle},
			0, top+float32(i)*height, area.Width, height))
	}
	return block
}
