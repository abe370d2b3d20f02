//go:build linux || freebsd || netbsd || openbsd

package popup

import (
	"io"

	"github.com/go-gl/glfw/v3.4/glfw"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// unmanage takes a window that is not yet mapped from the window manager, as menus and
// notifications are: nobody gives it the focus, closes, hides or moves it, and it is
// above full-screen programs too, which a window that is merely "above" is not.
func unmanage(w *glfw.Window) error {
	if glfw.GetPlatform() != glfw.PlatformX11 {
		return nil // Wayland without X11: there is no such thing
	}
	w.GetPos() // a round trip: the server now has the window, which we name on another connection
	return ask(func(x *xgb.Conn) error {
		return xproto.ChangeWindowAttributesChecked(x, xproto.Window(w.GetX11Window()),
			xproto.CwOverrideRedirect, []uint32{1}).Check()
	})
}

// raise puts w on top. A failure is no news: the next raise is a second away.
func raise(w *glfw.Window) {
	if glfw.GetPlatform() != glfw.PlatformX11 {
		return
	}
	_ = ask(func(x *xgb.Conn) error {
		return xproto.ConfigureWindowChecked(x, xproto.Window(w.GetX11Window()),
			xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove}).Check()
	})
}

// ask does something on a connection of its own; GLFW's is Xlib's.
func ask(do func(*xgb.Conn) error) error {
	xgb.Logger.SetOutput(io.Discard) // it reports a missing .Xauthority, which is usual
	x, err := xgb.NewConn()
	if err != nil {
		return err
	}
	defer x.Close()
	return do(x)
}
