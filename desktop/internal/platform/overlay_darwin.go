package platform

import (
	"unsafe"

	"github.com/ebitengine/purego/objc"
)

// This file was compiled but never run on macOS.

// From NSWindow.h.
const (
	screenSaverLevel = 1000 // NSScreenSaverWindowLevel

	canJoinAllSpaces    = 1 << 0
	stationary          = 1 << 4
	ignoresCycle        = 1 << 6
	fullScreenAuxiliary = 1 << 8
)

// KeepAbove puts an NSWindow above all others, also above a program on the full screen, in every Space. It neither shows
// the window nor gives it the keyboard. The caller must be on the main thread.
func KeepAbove(window unsafe.Pointer) {
	w := objc.ID(uintptr(window))
	w.Send(objc.RegisterName("setLevel:"), screenSaverLevel)
	w.Send(objc.RegisterName("setCollectionBehavior:"), uint(canJoinAllSpaces|stationary|ignoresCycle|fullScreenAuxiliary))
}

// Raise brings an NSWindow that is shown above those that are as high, and does not activate it. The caller must be on
// the main thread.
func Raise(window unsafe.Pointer) {
	KeepAbove(window) // GLFW takes some of it back when it changes the window
	w := objc.ID(uintptr(window))
	if objc.Send[bool](w, objc.RegisterName("isVisible")) {
		w.Send(objc.RegisterName("orderFrontRegardless"))
	}
}
