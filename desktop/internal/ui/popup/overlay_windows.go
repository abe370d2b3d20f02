package popup

import (
	"errors"
	"sync"
	"unsafe"

	"github.com/go-gl/glfw/v3.4/glfw"
	"golang.org/x/sys/windows"
)

// From winuser.h. A handle of -1 is HWND_TOPMOST; -20 and -4 are GWL_EXSTYLE and GWLP_WNDPROC.
const (
	topmost           = ^uintptr(0)
	extendedStyle     = ^uintptr(20 - 1)
	windowProcedure   = ^uintptr(4 - 1)
	styleToolWindow   = 0x00000080
	styleAppWindow    = 0x00040000
	styleNoActivate   = 0x08000000
	mouseActivate     = 0x0021
	noActivate        = 3
	noSize            = 0x0001
	noMove            = 0x0002
	withoutActivation = 0x0010
)

var (
	user32          = windows.NewLazySystemDLL("user32.dll")
	getWindowLong   = user32.NewProc("GetWindowLongPtrW")
	setWindowLong   = user32.NewProc("SetWindowLongPtrW")
	callWindow      = user32.NewProc("CallWindowProcW")
	setWindowPos    = user32.NewProc("SetWindowPos")
	errNotUnmanaged = errors.New("the system does not let the popup be without a task bar button")
)

// unmanage takes the button in the task bar from a window that is not shown yet, and lets neither showing nor
// clicking it activate it: what a scanner types goes on into the till.
func unmanage(w *glfw.Window) error {
	style, _, _ := getWindowLong.Call(handle(w), extendedStyle)
	style = style&^styleAppWindow | styleToolWindow | styleNoActivate
	if before, _, err := setWindowLong.Call(handle(w), extendedStyle, style); before == 0 {
		return errors.Join(errNotUnmanaged, err)
	}
	before, _, err := setWindowLong.Call(handle(w), windowProcedure, passive())
	if before == 0 {
		return errors.Join(errNotUnmanaged, err)
	}
	glfwProcedure = before
	return nil
}

// glfwProcedure is what GLFW has for all of its windows.
var glfwProcedure uintptr

// passive is the procedure of a window that a click does not activate. Windows has room for few procedures of Go,
// and frees none.
var passive = sync.OnceValue(func() uintptr {
	return windows.NewCallback(func(window, message, w, l uintptr) uintptr {
		if message == mouseActivate {
			return noActivate
		}
		result, _, _ := callWindow.Call(glfwProcedure, window, message, w, l)
		return result
	})
})

// raise puts w above other windows that stay on top, such as a till on the full screen. It ignores an error: the next
// raise is a second away.
func raise(w *glfw.Window) {
	_, _, _ = setWindowPos.Call(handle(w), topmost, 0, 0, 0, 0, noSize|noMove|withoutActivation)
}

func handle(w *glfw.Window) uintptr { return uintptr(unsafe.Pointer(w.GetWin32Window())) }
