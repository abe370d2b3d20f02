package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

// A cardStyle is how a card looks, by its kind and age.
type cardStyle struct {
	title string
	text  string // the large one
	sizes []textSize

	header fyne.ThemeColorName // of the title
	stripe fyne.ThemeColorName // at the left
	band   fyne.ThemeColorName // behind the header, or empty
	paper  fyne.ThemeColorName
	struck bool // the large text is struck through
	quiet  bool // the large text is nothing that waits

	sentence bool // the large text has words, between which a line may end
}

// The kind of card that only the popup knows.
const cardUndo = "undo" // in the place of an order that was just confirmed

func styleOf(c ipc.Card, tr *i18n.Translator) cardStyle {
	switch c.Kind {
	case ipc.CardGap:
		return sentenceStyle(tr.Text("gap.title"), tr.Text("gap.do"), fynetheme.ColorNameWarning)
	case ipc.CardUnreadable:
		return sentenceStyle(tr.Text("unreadable.title"), tr.Text("unreadable.do"), fynetheme.ColorNameWarning)
	case ipc.CardOld:
		return sentenceStyle(tr.Text("old.title", "N", c.N), tr.Text("old.do"), fynetheme.ColorNameWarning)
	case ipc.CardOffice:
		return sentenceStyle(tr.Text("window.card.test"), tr.Text("office.text"), theme.ColorTest)
	case ipc.CardCancelled:
		s := plainStyle(tr.Text("window.card.cancelled"), string(c.Order), numberSizes(), theme.ColorOnCancelled)
		s.stripe, s.band, s.paper, s.struck = theme.ColorCancelledEdge, theme.ColorCancelled, theme.ColorCancelledCard, true
		return s
	case ipc.CardTest:
		return plainStyle(tr.Text("window.card.test"), string(c.Order), numberSizes(), theme.ColorTest)
	case cardUndo:
		s := plainStyle(tr.Text("undo.done"), string(c.Order), numberSizes(), theme.ColorQuiet)
		s.quiet = true
		return s
	}
	title := tr.Text("window.card.order")
	if c.Escalated {
		title = tr.Text("window.card.escalated")
	}
	s := plainStyle(title, string(c.Order), numberSizes(), theme.ColorOrder)
	switch c.Age {
	case ipc.AgeLate:
		s.header, s.stripe, s.band, s.paper = theme.ColorOnWarn, theme.ColorWarnEdge, theme.ColorWarn, theme.ColorWarnCard
	case ipc.AgeVeryLate:
		s.header, s.stripe, s.band, s.paper = theme.ColorOnBad, theme.ColorBadEdge, theme.ColorBad, theme.ColorBadCard
	}
	return s
}

func plainStyle(title, text string, sizes []textSize, accent fyne.ThemeColorName) cardStyle {
	return cardStyle{title: title, text: text, sizes: sizes, header: accent, stripe: accent, paper: theme.ColorCard}
}

func sentenceStyle(title, text string, accent fyne.ThemeColorName) cardStyle {
	s := plainStyle(title, text, sentenceSizes(), accent)
	s.sentence = true
	return s
}

// fitsInLine reports whether text fits into one line in the smallest of sizes.
func fitsInLine(text string, area fyne.Size, sizes []textSize) bool {
	return fyne.MeasureText(text, sizes[len(sizes)-1].size, fyne.TextStyle{Bold: true}).Width <= area.Width
}

// number returns the large text in the largest of sizes that fits into area.
func (s cardStyle) number(area fyne.Size, sizes []textSize, prefix int) *fyne.Container {
	like := canvas.Text{Color: fynetheme.Color(fynetheme.ColorNameForeground), TextStyle: fyne.TextStyle{Bold: true}}
	if s.quiet {
		like.Color = fynetheme.Color(theme.ColorQuiet)
	}
	if s.sentence && !fitsInLine(s.text, area, sizes) {
		like.TextSize = longSentenceSize
		return wordBlock(s.text, area.Width, int(area.Height/lineHeight(longSentenceSize)), like)
	}
	text := numberBlock(s.text, area, sizes, like, prefix)
	if s.struck {
		strike(text)
	}
	return text
}

// background returns the card's background. A late card and a withdrawn order have a band, so
// that they can be told from others without its colour.
func (s cardStyle) background(height float32) []fyne.CanvasObject {
	if s.band == "" {
		return sheet(s.stripe, s.paper, height)
	}
	band := &canvas.Rectangle{FillColor: fynetheme.Color(s.band), TopRightCornerRadius: cardRadius}
	paper := &canvas.Rectangle{FillColor: fynetheme.Color(s.paper), BottomRightCornerRadius: cardRadius}
	return []fyne.CanvasObject{
		stripe(s.stripe, height),
		widgets.Place(band, stripeWidth, 0, cardWidth-stripeWidth, bandHeight), // not on the paper, which would shine through at the edge
		widgets.Place(paper, stripeWidth, bandHeight, cardWidth-stripeWidth, height-bandHeight),
	}
}

// sheet returns paper of that height with a stripe at its left.
func sheet(edge, paper fyne.ThemeColorName, height float32) []fyne.CanvasObject {
	rest := &canvas.Rectangle{FillColor: fynetheme.Color(paper), TopRightCornerRadius: cardRadius, BottomRightCornerRadius: cardRadius}
	return []fyne.CanvasObject{stripe(edge, height), widgets.Place(rest, stripeWidth, 0, cardWidth-stripeWidth, height)}
}

// stripe returns a stripe that is wide enough for its round corners. What stands beside it
// covers the rest.
func stripe(colour fyne.ThemeColorName, height float32) fyne.CanvasObject {
	left := &canvas.Rectangle{FillColor: fynetheme.Color(colour), TopLeftCornerRadius: cardRadius, BottomLeftCornerRadius: cardRadius}
	return widgets.Place(left, 0, 0, cardRadius, height)
}
