package ui

import (
	"fmt"
	"image"

	"github.com/go-gl/glfw/v3.4/glfw"
)

// preferX11 makes Fyne choose X11 where a Wayland session offers it as well: Wayland
// lets no window say where it goes or that it stays on top. What a person set rules.
func preferX11(getenv func(string) string, setenv func(key, value string) error) error {
	if getenv("DISPLAY") == "" || getenv("FYNE_PLATFORM") != "" {
		return nil
	}
	return setenv("FYNE_PLATFORM", "x11")
}

// probe opens and closes a hidden window as Fyne opens its own. Fyne would panic
// without a screen, and end the process at the first order without OpenGL; we want to
// know before we say that we are ready. It must run on the main thread.
func probe(platform string) error {
	if platform == "x11" {
		glfw.InitHint(glfw.PlatformHint, int(glfw.PlatformX11))
	}
	if err := glfw.Init(); err != nil {
		return fmt.Errorf("no screen: %w", err)
	}
	glfw.DefaultWindowHints()
	glfw.WindowHint(glfw.Visible, glfw.False)
	glfw.WindowHint(glfw.ContextVersionMajor, 2) // Fyne's own demand
	glfw.WindowHint(glfw.ContextVersionMinor, 1)
	w, err := glfw.CreateWindow(1, 1, "", nil, nil)
	if err != nil {
		return fmt.Errorf("no OpenGL: %w", err)
	}
	w.Destroy()
	glfw.DefaultWindowHints()
	return nil
}

// workArea is the part of the main monitor that no panel covers, in pixels.
func workArea() image.Rectangle {
	m := glfw.GetPrimaryMonitor()
	if m == nil { // every cable is out; the next tick looks again
		return image.Rect(0, 0, 800, 600)
	}
	x, y, w, h := m.GetWorkarea()
	return image.Rect(x, y, x+w, y+h)
}
