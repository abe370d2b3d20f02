package ui

import "jumun/desktop/internal/ui/theme"

// Where a hand finds things on the windows, in Fyne's units. A wrong one makes a click miss.
const (
	popupPadding = 12
	cardWidth    = theme.PopupWidth - 2*popupPadding
	cardHeight   = 200
	cardGap      = 8
	cardInset    = 16
	rowHeight    = 48 // of the row about all orders
	buttonWidth  = 160
	footerBottom = 12
	footerHeight = 56 // of a card, with its button

	formMarginX = 16
	formMarginY = 14
	pagesWidth  = 150
	pageHeight  = 48
	saveWidth   = 232

	narrowForm   = 600
	narrowMargin = 6

	historyConfirmWidth = 96
)

// cardBottom returns how far a card, oldest first, is above the bottom of a popup with open cards.
func cardBottom(card, open int) int { return popupPadding + (open-1-card)*(cardHeight+cardGap) }
