package screen

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// Native returns the native window under a Fyne window, or nil before it exists.
func Native(w fyne.Window) (native *glfw.Window) {
	if w, ok := w.(interface{ RunWithContext(func()) }); ok {
		w.RunWithContext(func() { native = glfw.GetCurrentContext() })
	}
	return native
}

// ClickInPlace makes every click of a window count where it happens. Fyne handles the
// clicks of a frame before the moves of that frame, and so at the pointer's old place: a
// finger, which moves and presses at once, would confirm the order that was touched
// before. A window that loses the focus forgets where the pointer was, and asks again at
// the next click.
func ClickInPlace(native *glfw.Window) {
	focus := native.SetFocusCallback(nil)
	native.SetFocusCallback(focus)
	var click glfw.MouseButtonCallback
	click = native.SetMouseButtonCallback(func(w *glfw.Window, button glfw.MouseButton, action glfw.Action, mods glfw.ModifierKey) {
		focus(w, false)
		if w.GetAttrib(glfw.Focused) == glfw.True {
			focus(w, true)
		}
		click(w, button, action, mods)
	})
}

// OnEscape calls escape when Escape is pressed in a window, whatever has the focus: Fyne gives a key only to what has
// the focus, and its buttons, check boxes and lists swallow it. What lies over the content, such as an open list,
// gets the key itself.
func OnEscape(w fyne.Window, escape func()) {
	native := Native(w)
	if native == nil {
		return
	}
	var pressed glfw.KeyCallback
	pressed = native.SetKeyCallback(func(n *glfw.Window, key glfw.Key, scancode int, action glfw.Action, mods glfw.ModifierKey) {
		if key == glfw.KeyEscape && action == glfw.Press && w.Canvas().Overlays().Top() == nil {
			escape()
			return
		}
		pressed(n, key, scancode, action, mods)
	})
}
