//go:build linux || freebsd || netbsd || openbsd

package popup

import (
	"io"

	"github.com/go-gl/glfw/v3.4/glfw"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// unmanage takes a window that is not yet mapped away from the window manager, as menus
// and notifications are. Then nothing gives it the focus, closes, hides or moves it, and
// it stays above full-screen programs, which a window that is only "above" does not.
func unmanage(w *glfw.Window) error {
	if glfw.GetPlatform() != glfw.PlatformX11 {
		return nil // Wayland without X11 has no such windows
	}
	w.GetPos() // a round trip: now the X server has the window, which the other connection names
	return onX11(func(x *xgb.Conn) error {
		return xproto.ChangeWindowAttributesChecked(x, xproto.Window(w.GetX11Window()),
			xproto.CwOverrideRedirect, []uint32{1}).Check()
	})
}

// raise puts w on top. It ignores an error: the next raise is a second away.
func raise(w *glfw.Window) {
	if glfw.GetPlatform() != glfw.PlatformX11 {
		return
	}
	_ = onX11(func(x *xgb.Conn) error {
		return xproto.ConfigureWindowChecked(x, xproto.Window(w.GetX11Window()),
			xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove}).Check()
	})
}

// onX11 calls do with a connection of its own, since GLFW's connection belongs to Xlib.
func onX11(do func(*xgb.Conn) error) error {
	xgb.Logger.SetOutput(io.Discard) // it reports a missing .Xauthority, which is usual
	x, err := xgb.NewConn()
	if err != nil {
		return err
	}
	defer x.Close()
	return do(x)
}
