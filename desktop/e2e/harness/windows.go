//go:build linux

package harness

import (
	"encoding/binary"
	"fmt"
	"image"
	"slices"

	"github.com/jezek/xgb/xproto"
)

// A Window is a visible window.
type Window struct {
	ID      uint32
	PID     int    // of its program, as the program says
	Title   string //
	Bounds  image.Rectangle
	Managed bool // by the window manager: it has a frame, and can have the focus
	frame   xproto.Window
}

// Size returns the size of the screen in pixels.
func (s *Screen) Size() image.Point {
	screen := xproto.Setup(s.conn).DefaultScreen(s.conn)
	return image.Pt(int(screen.WidthInPixels), int(screen.HeightInPixels))
}

// Screenshot returns what is on the screen now.
func (s *Screen) Screenshot() (*image.RGBA, error) {
	size := s.Size()
	got, err := xproto.GetImage(s.conn, xproto.ImageFormatZPixmap, xproto.Drawable(s.root),
		0, 0, uint16(size.X), uint16(size.Y), 0xffffffff).Reply()
	if err != nil {
		return nil, fmt.Errorf("take a screenshot: %w", err)
	}
	if len(got.Data) != 4*size.X*size.Y {
		return nil, fmt.Errorf("take a screenshot: %d bytes for %v", len(got.Data), size)
	}
	shot := image.NewRGBA(image.Rectangle{Max: size})
	for i := 0; i < len(got.Data); i += 4 { // blue, green, red, nothing
		shot.Pix[i], shot.Pix[i+1], shot.Pix[i+2], shot.Pix[i+3] = got.Data[i+2], got.Data[i+1], got.Data[i], 255
	}
	return shot, nil
}

// Windows returns the visible windows, the lowest first.
func (s *Screen) Windows() ([]Window, error) {
	tree, err := xproto.QueryTree(s.conn, s.root).Reply()
	if err != nil {
		return nil, fmt.Errorf("list windows: %w", err)
	}
	var found []Window
	for _, frame := range tree.Children {
		if w, ok := s.window(frame, frame, 2); ok {
			found = append(found, w)
		}
	}
	return found, nil
}

// window finds the program's window in a frame. A window may close at any time: if it does not
// answer, it is not there.
func (s *Screen) window(frame, id xproto.Window, depth int) (Window, bool) {
	attributes, err := xproto.GetWindowAttributes(s.conn, id).Reply()
	if err != nil || attributes.MapState != xproto.MapStateViewable {
		return Window{}, false
	}
	if pid, err := s.numbers(id, "_NET_WM_PID"); err == nil && len(pid) == 1 {
		bounds, err := s.bounds(id)
		w := Window{ID: uint32(id), PID: int(pid[0]), Title: s.title(id), Bounds: bounds, frame: frame}
		w.Managed = !attributes.OverrideRedirect
		return w, err == nil
	}
	tree, err := xproto.QueryTree(s.conn, id).Reply()
	if err != nil || depth == 0 {
		return Window{}, false
	}
	for _, child := range tree.Children {
		if w, ok := s.window(frame, child, depth-1); ok {
			return w, true
		}
	}
	return Window{}, false
}

func (s *Screen) bounds(id xproto.Window) (image.Rectangle, error) {
	size, err := xproto.GetGeometry(s.conn, xproto.Drawable(id)).Reply()
	if err != nil {
		return image.Rectangle{}, err
	}
	at, err := xproto.TranslateCoordinates(s.conn, id, s.root, 0, 0).Reply()
	if err != nil {
		return image.Rectangle{}, err
	}
	return image.Rect(0, 0, int(size.Width), int(size.Height)).Add(image.Pt(int(at.DstX), int(at.DstY))), nil
}

// WindowsOf returns the windows of a process, the lowest first.
func (s *Screen) WindowsOf(pid int) ([]Window, error) {
	all, err := s.Windows()
	return slices.DeleteFunc(all, func(w Window) bool { return w.PID != pid }), err
}

// Covered reports whether another window covers a part of w.
func (s *Screen) Covered(w Window) (bool, error) {
	all, err := s.Windows()
	above := false
	for _, other := range all {
		switch {
		case other.ID == w.ID:
			above = true
		case above && other.Bounds.Overlaps(w.Bounds):
			return true, err
		}
	}
	return false, err
}

// WorkArea returns the screen without the panel.
func (s *Screen) WorkArea() (image.Rectangle, error) {
	v, err := s.numbers(s.root, "_NET_WORKAREA")
	if err != nil || len(v) < 4 {
		return image.Rectangle{}, err
	}
	return image.Rect(0, 0, int(v[2]), int(v[3])).Add(image.Pt(int(v[0]), int(v[1]))), nil
}

// ActiveWindow returns the window that has the focus according to the window manager, or 0.
func (s *Screen) ActiveWindow() (uint32, error) {
	v, err := s.numbers(s.root, "_NET_ACTIVE_WINDOW")
	if err != nil || len(v) < 1 {
		return 0, err
	}
	return v[0], nil
}

func (s *Screen) title(id xproto.Window) string {
	for _, name := range []string{"_NET_WM_NAME", "WM_NAME"} {
		if raw, err := s.property(id, name); err == nil && len(raw) > 0 {
			return string(raw)
		}
	}
	return ""
}

func (s *Screen) numbers(id xproto.Window, name string) ([]uint32, error) {
	raw, err := s.property(id, name)
	v := make([]uint32, len(raw)/4)
	for i := range v {
		v[i] = binary.LittleEndian.Uint32(raw[4*i:])
	}
	return v, err
}

func (s *Screen) property(id xproto.Window, name string) ([]byte, error) {
	atom, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return nil, err
	}
	got, err := xproto.GetProperty(s.conn, false, id, atom.Atom, xproto.GetPropertyTypeAny, 0, 1<<16).Reply()
	if err != nil {
		return nil, err
	}
	return got.Value, nil
}
