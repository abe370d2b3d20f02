package screen

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// A place is a position of a sample, and how similar the picture is there.
type place struct {
	at   image.Point
	like float64
}

const (
	coarse   = 12 // pixels of height from which half the size is enough to recognise a sample
	finalist = 8  // places that are compared in full size
)

// search returns the place where one of the samples is most similar to the picture. The
// samples are the same text, a fraction of a pixel apart. The first one finds the candidates;
// all samples are compared there.
func search(picture grey, samples []grey) (place, grey) {
	winner, which := place{}, samples[0]
	likely := candidates(picture, samples[0])
	whole := newScene(picture)
	for _, s := range samples {
		if p := best(compare(whole, s, likely)); p.like > winner.like {
			winner, which = p, s
		}
	}
	return winner, which
}

// candidates returns the likely places. It searches for large samples at half the size, which
// is a sixteenth of the work.
func candidates(picture, sample grey) []image.Point {
	scale := 1
	if sample.h >= 2*coarse {
		scale, picture, sample = 2, picture.half(), sample.half()
	}
	rough := compare(newScene(picture), sample, everywhere(picture, sample))
	slices.SortFunc(rough, func(a, b place) int { return cmp.Compare(b.like, a.like) })
	var near []image.Point
	for _, p := range rough[:min(finalist, len(rough))] {
		for y := -scale; y <= scale; y++ {
			for x := -scale; x <= scale; x++ {
				near = append(near, p.at.Mul(scale).Add(image.Pt(x, y)))
			}
		}
	}
	return near
}

func everywhere(picture, sample grey) []image.Point {
	var all []image.Point
	for y := 0; y+sample.h <= picture.h; y++ {
		for x := 0; x+sample.w <= picture.w; x++ {
			all = append(all, image.Pt(x, y))
		}
	}
	return all
}

// compare returns the likeness at each of the points where the sample fits: the
// correlation of brightness. Dark on light counts as light on dark.
func compare(picture scene, sample grey, points []image.Point) []place {
	mean, norm := sample.mean()
	var ink []float64
	for _, v := range sample.v {
		ink = append(ink, (v-mean)/norm)
	}
	n := float64(sample.w * sample.h)
	var places []place
	for _, at := range points {
		if at.X < 0 || at.Y < 0 || at.X+sample.w > picture.w || at.Y+sample.h > picture.h {
			continue
		}
		box := image.Rect(0, 0, sample.w, sample.h).Add(at)
		sum := picture.sums.over(box)
		spread := picture.squares.over(box) - sum*sum/n
		if spread < 1e-3*n { // nearly one colour: no text, and rounding would decide
			continue
		}
		places = append(places, place{at, math.Abs(picture.product(ink, box)) / math.Sqrt(spread)})
	}
	return places
}

// product returns the scalar product of a part of g with ink, which has mean 0 and norm 1.
func (g grey) product(ink []float64, part image.Rectangle) float64 {
	var product float64
	w := part.Dx()
	for y := range part.Dy() {
		row, inks := g.v[(part.Min.Y+y)*g.w+part.Min.X:][:w], ink[y*w:][:w]
		for x, v := range row {
			product += v * inks[x]
		}
	}
	return product
}

// A table holds, for each point, the sum of all values above and left of it.
type table struct {
	w int
	v []float64
}

// over returns the sum over a rectangle.
func (t table) over(r image.Rectangle) float64 {
	top, bottom := r.Min.Y*t.w, r.Max.Y*t.w
	return t.v[bottom+r.Max.X] - t.v[bottom+r.Min.X] - t.v[top+r.Max.X] + t.v[top+r.Min.X]
}

// A scene is a picture with tables for a fast search.
type scene struct {
	grey
	sums, squares table // of the brightness, and of its square
}

func newScene(g grey) scene {
	sums := table{g.w + 1, make([]float64, (g.w+1)*(g.h+1))}
	squares := table{g.w + 1, make([]float64, (g.w+1)*(g.h+1))}
	for y := range g.h {
		var sum, square float64 // of this row
		for x := range g.w {
			v := g.v[y*g.w+x]
			sum += v
			square += v * v
			at := (y+1)*sums.w + x + 1
			sums.v[at] = sums.v[at-sums.w] + sum
			squares.v[at] = squares.v[at-sums.w] + square
		}
	}
	return scene{g, sums, squares}
}

func best(places []place) place {
	var b place
	for _, p := range places {
		if p.like > b.like {
			b = p
		}
	}
	return b
}
