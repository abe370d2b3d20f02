// Package screen reaches what Fyne does not offer: whether a window can be opened at all,
// the work area, and the native window under a Fyne window.
package screen

import (
	"errors"
	"fmt"
	"math"

	"github.com/go-gl/glfw/v3.4/glfw"
)

// PreferX11 makes Fyne choose X11 in a Wayland session that offers both: under Wayland no
// window can choose its place or stay on top. A FYNE_PLATFORM that is already set wins. Windows
// and macOS have a DISPLAY where X11 programs are used too, and windows of their own.
func PreferX11(system string, getenv func(string) string, setenv func(key, value string) error) error {
	if system == "windows" || system == "darwin" || getenv("DISPLAY") == "" || getenv("FYNE_PLATFORM") != "" {
		return nil
	}
	return setenv("FYNE_PLATFORM", "x11")
}

// ErrNoOpenGL is why Probe fails where the system has a screen, but draws nothing for a program.
var ErrNoOpenGL = errors.New("no OpenGL")

// Probe opens and closes a hidden window as Fyne opens its own. Without a screen Fyne
// would panic, and without OpenGL it would end the process at the first order: the agent
// must know before this process reports that it is ready. The caller must be on the main
// thread.
func Probe(platform string) error {
	if platform == "x11" {
		glfw.InitHint(glfw.PlatformHint, int(glfw.PlatformX11))
	}
	// On macOS, GLFW would put an icon into the Dock, and the windows of such a program are not above another one's on the
	// full screen.
	glfw.InitHint(glfw.CocoaMenubar, glfw.False)
	if err := glfw.Init(); err != nil {
		return fmt.Errorf("no screen: %w", err)
	}
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2) // what Fyne needs
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	w, err := glfw.CreateWindow(1, 1, "", nil, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoOpenGL, err)
	}
	if w == nil { // the library prints some errors, and returns none
		return fmt.Errorf("%w: there is no window, and no reason", ErrNoOpenGL)
	}
	w.Destroy()
	glfw.DefaultWindowHints()
	return nil
}

// Pixels converts a length in Fyne's units into the screen's, rounded as Fyne does.
func Pixels(length, scale float32) int {
	return int(math.Ceil(float64(length * scale)))
}
