package popup

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/go-gl/glfw/v3.4/glfw"

	"jumun/desktop/internal/ui/screen"
	"jumun/desktop/internal/ui/theme"
	"jumun/desktop/internal/ui/widgets"
)

const (
	// flashTime is how long the edge is bright, and then dark: one flash a second. More than three a
	// second can cause seizures (WCAG 2.3.1).
	flashTime = 500 * time.Millisecond
	// flashWidth is seen from the corner of an eye, and covers nothing that is read: not the popup either.
	flashWidth = theme.PopupMargin
)

// A Flash is the flashing edge of a screen, for those who do not hear an order. A click goes through
// to what is below. Its methods run on Fyne's goroutine.
type Flash struct {
	newWindow func() fyne.Window
	workArea  func(monitor string) image.Rectangle // in pixels
	now       func() time.Time

	edges   []*flashEdge // nil until the first flash
	on      bool
	monitor string
	area    image.Rectangle // that the edges are around
}

// A flashEdge is one of the four edges.
type flashEdge struct {
	overlay *overlay
	face    *canvas.Rectangle
}

// NewFlash returns a Flash that is off. It takes its windows from newWindow when it is needed.
func NewFlash(newWindow func() fyne.Window, workArea func(monitor string) image.Rectangle) *Flash {
	return &Flash{newWindow: newWindow, workArea: workArea, now: time.Now}
}

// Show makes the edge of a monitor flash from now on, or not any more.
func (f *Flash) Show(on bool, monitor string) {
	f.on, f.monitor = on, monitor
	if on && f.edges == nil {
		for range 4 {
			f.edges = append(f.edges, &flashEdge{newOverlay(f.newWindow()), &canvas.Rectangle{}})
		}
	}
	f.Tick()
	for _, e := range f.edges {
		if !on && e.overlay.isVisible() {
			e.overlay.hide()
			f.area = image.Rectangle{}
		}
	}
}

// Tick makes the edge bright or dark, and keeps it where the work area ends; it must be called several
// times a second.
func (f *Flash) Tick() {
	if !f.on {
		return
	}
	if area := f.workArea(f.monitor); area != f.area {
		f.area = area
		for i, e := range f.edges {
			e.show(func() image.Rectangle { return edgesOf(area, e.pixels())[i] })
		}
	}
	colour := fynetheme.Color(flashColour(f.now()))
	for _, e := range f.edges {
		if e.face.FillColor != colour {
			e.face.FillColor = colour
			e.face.Refresh()
		}
	}
}

// flashColour returns the colour of the edge at a time.
func flashColour(now time.Time) fyne.ThemeColorName {
	if now.UnixNano()/int64(flashTime)%2 == 0 {
		return theme.ColorWarn
	}
	return theme.ColorOnWarn
}

func (e *flashEdge) pixels() int { return screen.Pixels(flashWidth, e.overlay.window.Canvas().Scale()) }

// show puts the edge at a place on the screen, which is known once the window exists.
func (e *flashEdge) show(place func() image.Rectangle) {
	e.overlay.show(func() {
		if e.overlay.native != nil {
			e.overlay.native.SetAttrib(glfw.MousePassthrough, glfw.True)
		}
		at, scale := place(), e.overlay.window.Canvas().Scale()
		size := fyne.NewSize(float32(at.Dx())/scale, float32(at.Dy())/scale)
		e.overlay.fill([]fyne.CanvasObject{widgets.Place(e.face, 0, 0, size.Width, size.Height)}, size)
		e.overlay.move(at.Min)
	})
	e.overlay.raise()
}

// edgesOf returns the top, bottom, left and right edge of area, which have no pixel in common.
func edgesOf(area image.Rectangle, width int) [4]image.Rectangle {
	inner := area.Inset(width)
	return [4]image.Rectangle{
		image.Rect(area.Min.X, area.Min.Y, area.Max.X, inner.Min.Y),
		image.Rect(area.Min.X, inner.Max.Y, area.Max.X, area.Max.Y),
		image.Rect(area.Min.X, inner.Min.Y, inner.Min.X, inner.Max.Y),
		image.Rect(inner.Max.X, inner.Min.Y, area.Max.X, inner.Max.Y),
	}
}
