package popup

import (
	"errors"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/go-gl/glfw/v3.4/glfw"

	"jumun/desktop/internal/ui/screen"
)

// An overlay is a Fyne window that stays above all others and never takes the keyboard
// focus. Fyne offers neither, so this depends on three facts inside Fyne: it asks the
// content for its minimum size after the native window exists and before that window is
// mapped; a window has a method RunWithContext; and within it, GLFW knows the native
// window. The tests on a real screen prove all three.
type overlay struct {
	window fyne.Window
	root   *fyne.Container
	layout *fixedLayout
	native *glfw.Window // nil until created, or if Fyne does not give it

	created, shown bool
}

var errNoNative = errors.New("fyne no longer gives the native window before it is mapped")

func newOverlay(w fyne.Window) *overlay {
	o := &overlay{window: w, layout: &fixedLayout{}}
	o.root = &fyne.Container{Layout: o.layout}
	w.SetPadded(false)
	w.SetFixedSize(true)
	w.SetContent(o.root)
	w.SetCloseIntercept(func() {}) // only hide takes it off the screen
	if w, ok := w.(desktop.Window); ok {
		w.RequestAlwaysOnTop() // for systems where unmanage does nothing
	}
	return o
}

// show maps the window after arrange was called. The first time, arrange is called once
// the native window exists: only then is the screen's scale known, which decides the
// window's size and place. A window that is resized before that keeps the wrong size.
func (o *overlay) show(arrange func()) {
	if o.created {
		arrange()
	} else {
		o.layout.onAsked = func() { o.create(); arrange() }
	}
	o.shown = true
	o.window.Show()
	o.layout.asked() // in case Fyne has changed inside and did not ask
}

func (o *overlay) hide() {
	o.shown = false
	o.window.Hide()
}

func (o *overlay) create() {
	o.created = true
	if err := o.setUpNative(); err != nil {
		fyne.LogError("the popup is an ordinary window here", err)
	}
}

func (o *overlay) setUpNative() error {
	if o.native = screen.Native(o.window); o.native == nil {
		return errNoNative
	}
	screen.ClickInPlace(o.native)
	o.native.SetAttrib(glfw.Decorated, glfw.False)
	o.native.SetAttrib(glfw.FocusOnShow, glfw.False)
	return unmanage(o.native)
}

// fill shows objects, which are already in their places, in a window of that size.
func (o *overlay) fill(objects []fyne.CanvasObject, size fyne.Size) {
	o.root.Objects, o.layout.size = objects, size
	o.window.Resize(size)
	o.root.Refresh()
}

// move puts the window's top left corner at a pixel of the screen.
func (o *overlay) move(to image.Point) {
	if w, ok := o.window.(desktop.Window); ok {
		w.RequestPosition(to.X, to.Y)
	}
}

// isVisible reports whether the window is on the screen, as far as the system tells.
func (o *overlay) isVisible() bool {
	if o.native == nil {
		return o.shown
	}
	return o.native.GetAttrib(glfw.Visible) == glfw.True
}

// raise brings the window above those that came up later.
func (o *overlay) raise() {
	if o.native != nil {
		raise(o.native)
	}
}

// A fixedLayout leaves every object in its place, in an area of a fixed size. It calls
// onAsked once, when Fyne next asks for that size.
type fixedLayout struct {
	size    fyne.Size
	onAsked func()
}

// Layout implements fyne.Layout.
func (l *fixedLayout) Layout([]fyne.CanvasObject, fyne.Size) {}

// MinSize implements fyne.Layout.
func (l *fixedLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	l.asked()
	return l.size
}

func (l *fixedLayout) asked() {
	if do := l.onAsked; do != nil {
		l.onAsked = nil
		do()
	}
}
