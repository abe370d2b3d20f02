package popup

import (
	"github.com/go-gl/glfw/v3.4/glfw"

	"jumun/desktop/internal/platform"
)

// This file was never compiled: it needs macOS.

// unmanage keeps a window that is not shown yet above all others. A click on it takes the keyboard all the same.
func unmanage(w *glfw.Window) error {
	platform.KeepAbove(w.GetCocoaWindow())
	return nil
}

func raise(w *glfw.Window) { platform.Raise(w.GetCocoaWindow()) }
