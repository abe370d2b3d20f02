package popup

import "jumun/desktop/internal/ui/theme"

// Lengths in Fyne's units, which are pixels at 120 dots per inch and below.
const (
	cardWidth    = theme.PopupWidth - 2*popupPadding // holds 13 digits, such as 20240727-0001, at 44
	cardHeight   = 200                               // three cards and the row fit into 1024 × 768 less a taskbar of 48
	cardGap      = 8
	cardInset    = 16
	cardRadius   = 10
	stripeWidth  = 8
	headerTop    = 8
	headerHeight = 24
	bandHeight   = 2*headerTop + headerHeight
	footerBottom = 12
	footerHeight = 56 // a finger needs 48
	buttonWidth  = 160
	martHeight   = 22 // below an amount
	rowHeight    = 48 // a finger needs 48
	countWidth   = 132
	undoWidth    = 132
	popupPadding = 12

	titleSize   = 19
	sinceSize   = 16 // of the time
	lateSize    = 19 // of the time on a late card
	summarySize = 16
	summaryGap  = 4 // below the summary
	buttonSize  = 22
	moreSize    = 17
	allSize     = 20 // holds the question about a thousand orders

	bannerInset   = 12
	bannerGap     = 2
	bannerSize    = 19
	bannerDoSize  = 16
	countdownSize = 30
	countdownRoom = 116 // holds 9:59:59
)

// numberSizes show a usual order number 10 mm high on a usual till's screen, to be read
// from a distance of 2 m. The last one holds 64 Hangul.
func numberSizes() []textSize {
	return []textSize{{54, 1}, {44, 1}, {36, 1}, {28, 2}, {19, 3}, {15, 3}, {14, 4}}
}

// sentenceSizes hold a short sentence in one line: on two lines a word could be cut.
func sentenceSizes() []textSize { return []textSize{{30, 1}, {24, 1}, {20, 1}, {17, 1}} }

// amountSizes hold a usual amount in the first one. A longer amount than the last one
// holds ends in "…".
func amountSizes() []textSize { return []textSize{{26, 1}, {22, 1}, {18, 1}, {15, 1}} }

// martSizes hold 64 Hangul beside the button.
func martSizes() []textSize { return []textSize{{18, 1}, {16, 2}, {13, 3}, {11, 4}} }

// martBelowSizes are for the one line below an amount.
func martBelowSizes() []textSize { return []textSize{{16, 1}, {13, 1}} }
