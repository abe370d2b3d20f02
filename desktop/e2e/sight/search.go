package sight

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// A place is where a sample may be, and how like it the picture is there.
type place struct {
	at   image.Point
	like float64
}

const (
	coarse   = 12 // pixels of height from which a sample can still be told at half its size
	finalist = 8  // places that are looked at closely
)

// search finds where one of the samples, which are the same text a fraction of a pixel
// apart, is most like the picture. The first one finds the likely places; all of them
// compete there.
func search(picture grey, samples []grey) (place, grey) {
	winner, which := place{}, samples[0]
	likely := candidates(picture, samples[0])
	for _, s := range samples {
		if p := best(compare(picture, s, likely)); p.like > winner.like {
			winner, which = p, s
		}
	}
	return winner, which
}

// candidates are the likely places. Large samples are looked for at half the size: a
// sixteenth of the work.
func candidates(picture, sample grey) []image.Point {
	scale := 1
	if sample.h >= 2*coarse {
		scale, picture, sample = 2, picture.half(), sample.half()
	}
	rough := compare(picture, sample, everywhere(picture, sample))
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
// correlation of brightness, dark on light counting as light on dark.
func compare(picture, sample grey, points []image.Point) []place {
	mean, norm := sample.mean()
	var ink []float64
	for _, v := range sample.v {
		ink = append(ink, (v-mean)/norm)
	}
	var places []place
	for _, at := range points {
		if at.X < 0 || at.Y < 0 || at.X+sample.w > picture.w || at.Y+sample.h > picture.h {
			continue
		}
		places = append(places, place{at, math.Abs(picture.like(ink, sample.w, sample.h, at))})
	}
	return places
}

// like is the correlation of g, from at on, with ink, which has no mean and length 1.
func (g grey) like(ink []float64, w, h int, at image.Point) float64 {
	var sum, squares, product float64
	for y := range h {
		row := g.v[(at.Y+y)*g.w+at.X:][:w]
		for x, v := range row {
			sum += v
			squares += v * v
			product += v * ink[y*w+x]
		}
	}
	spread := squares - sum*sum/float64(w*h)
	if spread < 1e-3*float64(w*h) { // nearly one colour: no text, and rounding would decide
		return 0
	}
	return product / math.Sqrt(spread)
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
