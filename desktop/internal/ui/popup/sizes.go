package popup

import "jumun/desktop/internal/ui/theme"

// Lengths in Fyne's units, which are pixels at 120 dots per inch and below.
const (
	cardWidth    = theme.PopupWidth - 2*popupPadding // holds 13 digits, such as 20240727-0001, at 44
	cardHeight   = 220                               // two cards, four compact ones and the row fit into 1024 × 768 less a taskbar of 48
	cardGap      = 8
	cardInset    = 16
	cardRadius   = 10
	stripeWidth  = 8
	headerTop    = 8
	headerHeight = 24
	bandHeight   = 2*headerTop + headerHeight
	numberHeight = 66 // holds one line of the largest number
	footerBottom = 12
	footerHeight = 56 // a finger needs 48
	buttonWidth  = 160
	martHeight   = 22 // below an amount
	rowHeight    = 48 // a finger needs 48
	countWidth   = 140
	undoWidth    = 132
	popupPadding = 12
	barWidth     = 300
	barPadding   = 6

	titleSize       = 19
	sinceSize       = 16 // of the time
	lateSize        = 19 // of the time on a late card
	summarySize     = 16
	summaryWidth    = cardWidth - stripeWidth - 2*cardInset
	summaryLines    = 2   // of a card that is not open
	maxSummaryLines = 100 // of one that is: more has no screen
	buttonSize      = 22
	moreSize        = 17
	allSize         = 20 // holds the question about a thousand orders

	compactButtonWidth = 96
	compactButtonSize  = 18
	compactSinceSize   = 15
	sinceWidth         = 92 // of a compact card
	compactTitleHeight = 20
	compactPadding     = 2

	longSentenceSize = 17

	bannerInset   = 12
	bannerGap     = 2
	bannerSize    = 19
	bannerLine    = 34 // a banner of one line
	bannerDoSize  = 16
	countdownSize = 30
	countdownRoom = 116 // holds 9:59:59
)

// bannerLineSizes are for a banner of one line.
func bannerLineSizes() []textSize { return []textSize{{bannerSize, 1}, {16, 1}, {13, 1}} }

// numberSizes show a usual order number 10 mm high on a usual till's screen, to be read
// from a distance of 2 m. The last one holds 64 Hangul.
func numberSizes() []textSize {
	return []textSize{{54, 1}, {44, 1}, {36, 1}, {28, 2}, {19, 3}, {15, 3}, {14, 4}}
}

// compactSizes are for the number on a compact card: the first one holds 13 digits, the last one 64 Hangul.
func compactSizes() []textSize {
	return []textSize{{24, 1}, {20, 1}, {17, 1}, {14, 2}, {11, 3}, {8, 4}}
}

// compactTitleSizes and compactTextSizes are for the two lines of a compact card that is no order.
func compactTitleSizes() []textSize { return []textSize{{14, 1}, {12, 1}, {11, 1}} }

// compactAmountSizes hold 9,999,999원.
func compactAmountSizes() []textSize { return []textSize{{15, 1}, {13, 1}, {11, 1}} }

func compactTextSizes() []textSize { return []textSize{{17, 1}, {15, 1}, {13, 1}, {11, 1}} }

// pageSizes are for the button that shows the next page.
func pageSizes() []textSize { return []textSize{{17, 1}, {15, 1}, {13, 1}} }

// sentenceSizes hold a short sentence in one line. A longer one has several, of longSentenceSize.
func sentenceSizes() []textSize { return []textSize{{30, 1}, {24, 1}, {20, 1}, {17, 1}} }

// amountSizes hold a usual amount in the first one. A longer amount than the last one
// holds ends in "…".
func amountSizes() []textSize { return []textSize{{26, 1}, {22, 1}, {18, 1}, {15, 1}} }

// martSizes hold 64 Hangul beside the button.
func martSizes() []textSize { return []textSize{{18, 1}, {16, 2}, {13, 3}, {11, 4}} }

// martBelowSizes are for the one line below an amount.
func martBelowSizes() []textSize { return []textSize{{16, 1}, {13, 1}} }
