package popup

import (
	"errors"
	"image"

	"jumun/desktop/internal/ui/screen"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// An overlay is a Fyne window that stays above all others and never takes the keyboard.
// Fyne offers neither, so this leans on three things inside it: a window's content is
// asked for its minimum size once the native window exists, before it is mapped; the
// window has a method RunWithContext; and within it, GLFW knows the native window.
// The tests on a real screen prove all three.
type overlay struct {
	window fyne.Window
	root   *fyne.Container
	frame  *frame
	native *glfw.Window // nil until created, or if Fyne does not give it

	created, shown bool
}

var errNoNative = errors.New("fyne no longer gives the native window before it is mapped")

func newOverlay(w fyne.Window) *overlay {
	o := &overlay{window: w, frame: &frame{}}
	o.root = &fyne.Container{Layout: o.frame}
	w.SetPadded(false)
	w.SetFixedSize(true)
	w.SetContent(o.root)
	w.SetCloseIntercept(func() {}) // it ends when its owner says so
	if w, ok := w.(desktop.Window); ok {
		w.RequestAlwaysOnTop() // for systems where unmanage does nothing
	}
	return o
}

// show maps the window, after lay has laid it out. The first time, lay is called when
// the native window exists: only then the screen's scale is known, which decides how
// large the window is and where it goes, and what is resized before keeps that size.
func (o *overlay) show(lay func()) {
	if o.created {
		lay()
	} else {
		o.frame.asked = func() { o.create(); lay() }
	}
	o.shown = true
	o.window.Show()
	o.frame.answer() // if Fyne has not asked, because it has changed inside
}

func (o *overlay) hide() {
	o.shown = false
	o.window.Hide()
}

func (o *overlay) create() {
	o.created = true
	if err := o.grab(); err != nil {
		fyne.LogError("the popup is an ordinary window here", err)
	}
}

// grab takes hold of the native window.
func (o *overlay) grab() error {
	if o.native = screen.Native(o.window); o.native == nil {
		return errNoNative
	}
	screen.ClickInPlace(o.native)
	o.native.SetAttrib(glfw.Decorated, glfw.False)
	o.native.SetAttrib(glfw.FocusOnShow, glfw.False)
	return unmanage(o.native)
}

// fill shows objects, which have their places, in a window of that size.
func (o *overlay) fill(objects []fyne.CanvasObject, size fyne.Size) {
	o.root.Objects, o.frame.size = objects, size
	o.window.Resize(size)
	o.root.Refresh()
}

// move puts the window's top left at a pixel of the screen.
func (o *overlay) move(to image.Point) {
	if w, ok := o.window.(desktop.Window); ok {
		w.RequestPosition(to.X, to.Y)
	}
}

// visible says whether the window is on the screen, as far as can be known.
func (o *overlay) visible() bool {
	if o.native == nil {
		return o.shown
	}
	return o.native.GetAttrib(glfw.Visible) == glfw.True
}

// raise brings the window above those that came up since.
func (o *overlay) raise() {
	if o.native != nil {
		raise(o.native)
	}
}

// A frame is a layout that leaves every object where it is, in an area of its size. It
// calls asked once, when it is next asked for that size.
type frame struct {
	size  fyne.Size
	asked func()
}

// Layout implements fyne.Layout.
func (f *frame) Layout([]fyne.CanvasObject, fyne.Size) {}

// MinSize implements fyne.Layout.
func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size {
	f.answer()
	return f.size
}

func (f *frame) answer() {
	if asked := f.asked; asked != nil {
		f.asked = nil
		asked()
	}
}
