package popup

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"

	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"

	"jumun/desktop/internal/i18n"
	"jumun/desktop/internal/ipc"
)

// A look is what a card has of its own, by its kind and age.
type look struct {
	title  string
	text   string // the large one
	ladder []rung // of text

	header fyne.ThemeColorName // the title
	stripe fyne.ThemeColorName // at the left
	band   fyne.ThemeColorName // behind the header; empty: none
	paper  fyne.ThemeColorName
}

func lookOf(c ipc.Card, tr *i18n.Translator) look {
	switch c.Kind {
	case ipc.CardGap:
		return plainLook(tr.Text("gap.title"), tr.Text("gap.do"), sentenceLadder(), fynetheme.ColorNameWarning)
	case ipc.CardTest:
		return plainLook(tr.Text("window.card.test"), string(c.Order), numberLadder(), theme.ColorTest)
	}
	l := plainLook(tr.Text("window.card.order"), string(c.Order), numberLadder(), theme.ColorOrder)
	switch c.Age {
	case ipc.AgeLate:
		l.header, l.stripe, l.band, l.paper = theme.ColorOnWarn, theme.ColorWarnEdge, theme.ColorWarn, theme.ColorWarnCard
	case ipc.AgeVeryLate:
		l.header, l.stripe, l.band, l.paper = theme.ColorOnBad, theme.ColorBadEdge, theme.ColorBad, theme.ColorBadCard
	}
	return l
}

func plainLook(title, text string, ladder []rung, accent fyne.ThemeColorName) look {
	return look{title: title, text: text, ladder: ladder, header: accent, stripe: accent, paper: theme.ColorCard}
}

// face is the card's background. The band of one that is late can be told without its
// colour.
func (l look) face() []fyne.CanvasObject {
	if l.band == "" {
		return sheet(l.stripe, l.paper, cardHeight)
	}
	band := &canvas.Rectangle{FillColor: fynetheme.Color(l.band), TopRightCornerRadius: cardRadius}
	paper := &canvas.Rectangle{FillColor: fynetheme.Color(l.paper), BottomRightCornerRadius: cardRadius}
	return []fyne.CanvasObject{
		stripe(l.stripe, cardHeight),
		widgets.Place(band, stripeWidth, 0, cardWidth-stripeWidth, bandHeight), // not on the paper, which would shine through at the edge
		widgets.Place(paper, stripeWidth, bandHeight, cardWidth-stripeWidth, cardHeight-bandHeight),
	}
}

// sheet is paper of that height with a stripe at its left.
func sheet(edge, paper fyne.ThemeColorName, height float32) []fyne.CanvasObject {
	rest := &canvas.Rectangle{FillColor: fynetheme.Color(paper), TopRightCornerRadius: cardRadius, BottomRightCornerRadius: cardRadius}
	return []fyne.CanvasObject{stripe(edge, height), widgets.Place(rest, stripeWidth, 0, cardWidth-stripeWidth, height)}
}

// stripe is wide enough for its round corners; what is beside it covers the rest.
func stripe(colour fyne.ThemeColorName, height float32) fyne.CanvasObject {
	left := &canvas.Rectangle{FillColor: fynetheme.Color(colour), TopLeftCornerRadius: cardRadius, BottomLeftCornerRadius: cardRadius}
	return widgets.Place(left, 0, 0, cardRadius, height)
}
