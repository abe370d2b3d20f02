package popup

const (
	maxTops = 2 // cards above the row that are not orders: more would cover the till's own program
	maxRows = 6 // compact cards on a page, for the same reason
	// A card that is not an order is compact where less than this many compact cards would have room.
	fewRows = 3
)

// A content is what the popup would show if the screen had no end.
type content struct {
	large    float32 // height of the large card; 0: there is none
	specials int     // cards that are not orders, without the large one
	orders   int     // orders that wait, also the large one
	compact  int     // cards that are always compact
	undo     bool    // there is a row about what was confirmed together
	banner   float32 // its height with every line, or 0
	tools    bool    // there is a row about the popup as a whole
}

// A layout is what the popup consists of, from bottom to top: the large card, a page of compact
// cards, the row about all orders, cards that are not orders, the row about what was confirmed
// together, the banner, and the row about the popup. What comes and goes often stands above what a hand rests on: a button
// must not move under it.
type layout struct {
	large  float32
	rows   int // compact cards on a page
	pages  int
	row    bool
	tops   int
	undo   bool
	banner float32
	tools  bool
}

// fitLayout returns what of c fits into height. A compact card comes before all lines of the banner
// but the first: a person who works with the popup must see that something is wrong.
func fitLayout(c content, height float32) layout {
	l := c.fitOrders(height)
	if c.banner > bannerLine && !c.hasEnough(l, height) {
		c.banner = bannerLine
		return c.fitOrders(height)
	}
	return l
}

// hasEnough reports whether l fits into height and has some compact cards, if c has.
func (c content) hasEnough(l layout, height float32) bool {
	return l.rows >= min(fewRows, c.compact+c.specials-l.tops) && l.height() <= height
}

// fitOrders returns the layout with as many cards that are not orders as leave room for orders.
func (c content) fitOrders(height float32) layout {
	for tops := min(c.specials, maxTops); ; tops-- {
		l := c.fit(tops, height)
		if tops == 0 || c.hasEnough(l, height) {
			return l.squeezed(c, height)
		}
	}
}

// fit returns the layout with that many cards above the row, and as many compact ones as have room.
func (c content) fit(tops int, height float32) layout {
	l := layout{large: c.large, tops: tops, undo: c.undo, banner: c.banner, tools: c.tools, row: c.orders > 1, pages: 1}
	compact := c.compact + c.specials - tops
	rows := l.room(height, compact)
	if rows < compact {
		l.row = true
		rows = max(1, l.room(height, compact))
		l.pages = (compact + rows - 1) / rows
	}
	l.rows = rows
	return l
}

// room returns how many of the compact cards have room in height beside what l has.
func (l layout) room(height float32, compact int) int {
	return max(0, min(compact, maxRows, int((height-l.height())/(rowHeight+cardGap))))
}

// squeezed returns l without the row about the popup, if it does not fit while the row about what
// was confirmed together is there: that one goes by itself after seconds.
func (l layout) squeezed(c content, height float32) layout {
	if l.undo && l.tools && l.height() > height {
		c.tools = false
		return c.fit(l.tops, height)
	}
	return l
}

// height returns the height of the window.
func (l layout) height() float32 {
	height, parts := l.large+l.banner+float32(l.tops)*cardHeight, l.tops
	for _, there := range []bool{l.large > 0, l.banner > 0} {
		if there {
			parts++
		}
	}
	rows := l.rows
	for _, there := range []bool{l.undo, l.row, l.tools} {
		if there {
			rows++
		}
	}
	return height + float32(rows)*rowHeight + float32(parts+rows-1)*cardGap + 2*popupPadding
}

// leastHeight is the height of a popup that has room for the large card, a compact one, the row, one
// line of the banner and the row about the popup. On a screen that is lower, everything is smaller,
// whatever is shown: a button must not move because a banner comes.
func leastHeight() float32 {
	return layout{large: cardHeight, rows: 1, row: true, banner: bannerLine, tools: true}.height()
}

// page returns which of the compact cards are on a page: all pages are full, so that no button on
// the row about all orders moves from page to page.
func (l layout) page(page, compact int) (from, to int) {
	from = max(0, min(page*l.rows, compact-l.rows))
	return from, min(compact, from+l.rows)
}
