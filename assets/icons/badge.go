package icons

import (
	"image"
	"image/color"
)

// A canvas is a picture that can be drawn on.
type canvas interface {
	Bounds() image.Rectangle
	Set(x, y int, c color.Color)
}

// The colours of a badge. The ground has a contrast of 3:1 to light and to dark panels,
// and the digits have 4:1 to the ground.
var (
	ground = color.NRGBA{0x32, 0x72, 0xee, 0xff} // as the bell of Waiting
	ink    = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	clear  = color.NRGBA{}
)

const (
	glyphHeight = 7
	// most is the largest number that is shown: two digits could not be read at 22 pixels.
	most = 9
)

// A glyph is a character of one byte a row. The lowest bit is the right edge.
type glyph struct {
	width int
	rows  [glyphHeight]byte
}

var (
	digits = [most]glyph{
		{5, [...]byte{0b00100, 0b01100, 0b10100, 0b00100, 0b00100, 0b00100, 0b11111}},
		{5, [...]byte{0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
		{5, [...]byte{0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110}},
		{5, [...]byte{0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
		{5, [...]byte{0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
		{5, [...]byte{0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
		{5, [...]byte{0b11111, 0b00001, 0b00010, 0b00010, 0b00100, 0b00100, 0b00100}},
		{5, [...]byte{0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
		{5, [...]byte{0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110}},
	}
	// A narrow nine before the plus leaves more of the bell.
	nine = glyph{4, [...]byte{0b0110, 0b1001, 0b1001, 0b0111, 0b0001, 0b0001, 0b0110}}
	plus = glyph{3, [...]byte{0, 0, 0b010, 0b111, 0b010, 0, 0}}
)

// badge draws the number n, which must be above 0, into the upper left corner. The lower
// right corner has the signs by which people tell the states apart.
func badge(on canvas, n int) {
	// A dot of a glyph is 4 of 64 pixels wide, and all edges lie on dots: a panel of 16 pixels shows each
	// dot as one pixel, and one of 22 has a digit of 10 by 7.
	text := []glyph{digits[min(n, most)-1]}
	right := 1 // dots of ground behind the last glyph
	if n > most {
		text, right = []glyph{nine, plus}, 0 // a plus has room in its corners
	}
	dot := max(1, (on.Bounds().Dx()+8)/16)
	rim := dot
	width := rim + right*dot - dot // minus the gap after the last glyph
	for _, g := range text {
		width += (g.width + 1) * dot
	}
	box := image.Rect(0, 0, width, glyphHeight*dot+2*rim).Add(on.Bounds().Min)
	fill(on, box.Inset(-rim), clear, dot) // a clear edge between bell and badge
	fill(on, box, ground, dot)
	at := box.Min.Add(image.Pt(rim, rim))
	for _, g := range text {
		g.draw(on, at, dot)
		at.X += (g.width + 1) * dot
	}
}

func (g glyph) draw(on canvas, at image.Point, dot int) {
	for y, row := range g.rows {
		for x := range g.width {
			if row>>(g.width-1-x)&1 == 1 {
				corner := at.Add(image.Pt(x, y).Mul(dot))
				fill(on, image.Rectangle{corner, corner.Add(image.Pt(dot, dot))}, ink, 0)
			}
		}
	}
}

// fill paints a box with round corners. Every pixel is either opaque or clear.
func fill(on canvas, box image.Rectangle, c color.Color, radius int) {
	seen := box.Intersect(on.Bounds())
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		for x := seen.Min.X; x < seen.Max.X; x++ {
			dx := max(box.Min.X+radius-x, x-(box.Max.X-1-radius), 0)
			dy := max(box.Min.Y+radius-y, y-(box.Max.Y-1-radius), 0)
			if dx*dx+dy*dy <= radius*radius {
				on.Set(x, y, c)
			}
		}
	}
}
