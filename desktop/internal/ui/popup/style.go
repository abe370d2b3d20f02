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
}

func styleOf(c ipc.Card, tr *i18n.Translator) cardStyle {
	switch c.Kind {
	case ipc.CardGap:
		return plainStyle(tr.Text("gap.title"), tr.Text("gap.do"), sentenceSizes(), fynetheme.ColorNameWarning)
	case ipc.CardUnreadable:
		return plainStyle(tr.Text("unreadable.title"), tr.Text("unreadable.do"), sentenceSizes(), fynetheme.ColorNameWarning)
	case ipc.CardOld:
		return plainStyle(tr.Text("old.title", "N", c.N), tr.Text("old.do"), sentenceSizes(), fynetheme.ColorNameWarning)
	case ipc.CardCancelled:
		s := plainStyle(tr.Text("window.card.cancelled"), string(c.Order), numberSizes(), theme.ColorOnCancelled)
		s.stripe, s.band, s.paper, s.struck = theme.ColorCancelledEdge, theme.ColorCancelled, theme.ColorCancelledCard, true
		return s
	case ipc.CardTest:
		return plainStyle(tr.Text("window.card.test"), string(c.Order), numberSizes(), theme.ColorTest)
	}
	s := plainStyle(tr.Text("window.card.order"), string(c.Order), numberSizes(), theme.ColorOrder)
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

// background returns the card's background. A late card and a withdrawn order have a band, so
// that they can be told from others without its colour.
func (s cardStyle) background() []fyne.CanvasObject {
	if s.band == "" {
		return sheet(s.stripe, s.paper, cardHeight)
	}
	band := &canvas.Rectangle{FillColor: fynetheme.Color(s.band), TopRightCornerRadius: cardRadius}
	paper := &canvas.Rectangle{FillColor: fynetheme.Color(s.paper), BottomRightCornerRadius: cardRadius}
	return []fyne.CanvasObject{
		stripe(s.stripe, cardHeight),
		widgets.Place(band, stripeWidth, 0, cardWidth-stripeWidth, bandHeight), // not on the paper, which would shine through at the edge
		widgets.Place(paper, stripeWidth, bandHeight, cardWidth-stripeWidth, cardHeight-bandHeight),
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
