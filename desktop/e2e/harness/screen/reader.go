// Package screen finds text on a picture: it draws the text and searches for the drawing.
package screen

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// A Reader finds text in one font.
type Reader struct {
	font *opentype.Font
}

// NewReader returns a Reader of a TrueType font.
func NewReader(ttf []byte) (*Reader, error) {
	f, err := opentype.Parse(ttf)
	return &Reader{f}, err
}

// A Match is where a text was found.
type Match struct {
	Bounds   image.Rectangle // of its ink
	Size     float64         // of its letters, in pixels
	Likeness float64         // 1: the very same drawing; 0: nothing in common
}

// Centre returns the point to click at.
func (s Match) Centre() image.Point { return s.Bounds.Min.Add(s.Bounds.Max).Div(2) }

// Threshold is the likeness from which a text counts as read. Text that another program
// has drawn in the same font and size has 0.95 and more. One wrong digit of four leaves less
// than 0.9.
const Threshold = 0.93

// Find searches a part of a picture for text of this size in pixels, in any colour, and
// returns the most similar place.
func (r *Reader) Find(picture image.Image, within image.Rectangle, text string, size float64) (Match, error) {
	samples, err := r.samples(text, size)
	if err != nil {
		return Match{}, err
	}
	area := within.Intersect(picture.Bounds())
	found, which := search(light(picture, area), samples)
	box := image.Rect(0, 0, which.w, which.h).Add(area.Min).Add(found.at)
	return Match{Bounds: box, Size: size, Likeness: found.like}, nil
}

// Read is Find for text of an unknown size between least and most.
func (r *Reader) Read(picture image.Image, within image.Rectangle, text string, least, most float64) (Match, error) {
	var best Match
	for size := least; size <= most; size++ {
		s, err := r.Find(picture, within, text, size)
		if err != nil {
			return best, err
		}
		if s.Likeness > best.Likeness {
			best = s
		}
	}
	return best, nil
}

// phases is how many positions between two pixels are tried, across and down: a letter half a
// pixel off looks different, above all a small one.
const phases = 4

// samples returns the text drawn at each of the positions between pixels.
func (r *Reader) samples(text string, size float64) ([]grey, error) {
	face, err := opentype.NewFace(r.font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, err
	}
	defer face.Close()
	var all []grey
	for i := range phases * phases {
		const step = 64 / phases
		ink, err := sample(face, text, fixed.Point26_6{X: fixed.Int26_6(i % phases * step), Y: fixed.Int26_6(i / phases * step)})
		if err != nil {
			return nil, err
		}
		all = append(all, ink)
	}
	return all, nil
}

// sample returns the ink of the text, cut to its edges.
func sample(face font.Face, text string, from fixed.Point26_6) (grey, error) {
	edges, _ := font.BoundString(face, text)
	edges = edges.Add(from)
	box := image.Rect(edges.Min.X.Floor(), edges.Min.Y.Floor(), edges.Max.X.Ceil(), edges.Max.Y.Ceil())
	if box.Empty() {
		return grey{}, fmt.Errorf("%q has no ink", text)
	}
	ink := image.NewGray(box)
	pen := font.Drawer{Dst: ink, Src: image.NewUniform(color.White), Face: face, Dot: from}
	pen.DrawString(text)
	return light(ink, box), nil
}

// A grey is a picture of brightness values.
type grey struct {
	w, h int
	v    []float64
}

func light(picture image.Image, area image.Rectangle) grey {
	g := grey{w: area.Dx(), h: area.Dy(), v: make([]float64, area.Dx()*area.Dy())}
	for y := range g.h {
		for x := range g.w {
			r, gr, b, _ := picture.At(area.Min.X+x, area.Min.Y+y).RGBA()
			g.v[y*g.w+x] = (0.299*float64(r) + 0.587*float64(gr) + 0.114*float64(b)) / 0xffff
		}
	}
	return g
}

// half returns g at half its size.
func (g grey) half() grey {
	h := grey{w: g.w / 2, h: g.h / 2, v: make([]float64, (g.w/2)*(g.h/2))}
	for y := range h.h {
		for x := range h.w {
			i := 2*y*g.w + 2*x
			h.v[y*h.w+x] = (g.v[i] + g.v[i+1] + g.v[i+g.w] + g.v[i+g.w+1]) / 4
		}
	}
	return h
}

// mean returns the mean brightness, and the norm of the difference from it.
func (g grey) mean() (mean, norm float64) {
	for _, v := range g.v {
		mean += v
	}
	mean /= float64(len(g.v))
	for _, v := range g.v {
		norm += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(norm)
}
