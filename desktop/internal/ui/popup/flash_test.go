package popup

import (
	"image"
	"testing"
	"time"
)

func TestTheEdgeFlashesSlowerThanWhatCanCauseSeizures(t *testing.T) {
	begin, last, changes := time.Unix(0, 0), flashColour(time.Unix(0, 0)), 0
	for at := begin; at.Before(begin.Add(10 * time.Second)); at = at.Add(10 * time.Millisecond) {
		if now := flashColour(at); now != last {
			last, changes = now, changes+1
		}
	}
	if flashes := float64(changes+1) / 2 / 10; flashes < 0.5 || flashes > 2 {
		t.Errorf("%v flashes a second", flashes)
	}
}

func TestTheEdgesGoAroundTheWorkAreaAndDoNotOverlap(t *testing.T) {
	area := image.Rect(100, 27, 1380, 800)
	edges, pixels := edgesOf(area, 14), 0
	for i, e := range edges {
		pixels += e.Dx() * e.Dy()
		if !e.In(area) || e.Overlaps(area.Inset(14)) {
			t.Errorf("edge %d is at %v", i, e)
		}
		for _, other := range edges[:i] {
			if e.Overlaps(other) {
				t.Errorf("%v and %v overlap", e, other)
			}
		}
	}
	if inner := area.Inset(14); pixels != area.Dx()*area.Dy()-inner.Dx()*inner.Dy() {
		t.Errorf("%d pixels", pixels)
	}
}
