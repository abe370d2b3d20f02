package ui

import "jumun/desktop/internal/ui/theme"

// Where a hand finds things on the windows, in Fyne's units. A wrong one makes a click miss.
const (
	popupPadding = 12
	cardWidth    = theme.PopupWidth - 2*popupPadding
	cardHeight   = 220
	cardGap      = 8
	cardInset    = 16
	rowHeight    = 48 // of a compact card, and of the row about all orders
	rowButton    = 96 // of a compact card
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

// rowBottom returns how far a row is above the bottom of a popup. Row 0 is the one above the large card.
func rowBottom(row int) int { return popupPadding + cardHeight + cardGap + row*(rowHeight+cardGap) }
