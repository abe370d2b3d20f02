//go:build windows

package main

import (
	"image"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"jumun/desktop/e2e/windows/seen"
)

var (
	user32        = windows.NewLazySystemDLL("user32.dll")
	getWindowLong = user32.NewProc("GetWindowLongPtrW")
	getWindowRect = user32.NewProc("GetWindowRect")
	getWindowText = user32.NewProc("GetWindowTextW")
	postMessage   = user32.NewProc("PostMessageW")
	sendMessage   = user32.NewProc("SendMessageW")
	setWindowPos  = user32.NewProc("SetWindowPos")
	systemMetrics = user32.NewProc("GetSystemMetrics")
)

// listed collects what enumerate passes: a callback of Windows can never be freed.
var (
	listed  []seen.Window
	collect = syscall.NewCallback(func(h windows.HWND, _ uintptr) uintptr {
		listed = append(listed, describe(h))
		return 1
	})
)

// listWindows returns the windows of the desktop, the highest first.
func listWindows() []seen.Window {
	listed = nil
	_ = windows.EnumWindows(collect, nil)
	return listed
}

// listChildren returns the windows inside a window, at any depth.
func listChildren(h windows.HWND) []seen.Window {
	listed = nil
	windows.EnumChildWindows(h, collect, nil)
	return listed
}

func describe(h windows.HWND) seen.Window {
	w := seen.Window{Handle: uint64(h), Visible: windows.IsWindowVisible(h), Foreground: h == windows.GetForegroundWindow()}
	_, _ = windows.GetWindowThreadProcessId(h, &w.PID)
	var class, title [256]uint16
	_, _ = windows.GetClassName(h, &class[0], int32(len(class)))
	_, _, _ = getWindowText.Call(uintptr(h), uintptr(unsafe.Pointer(&title[0])), uintptr(len(title)))
	w.Class, w.Title = windows.UTF16ToString(class[:]), windows.UTF16ToString(title[:])
	const extendedStyle = ^uintptr(19) // -20
	style, _, _ := getWindowLong.Call(uintptr(h), extendedStyle)
	w.ExStyle = uint32(style)
	var rect struct{ left, top, right, bottom int32 }
	_, _, _ = getWindowRect.Call(uintptr(h), uintptr(unsafe.Pointer(&rect)))
	w.Bounds = image.Rect(int(rect.left), int(rect.top), int(rect.right), int(rect.bottom))
	return w
}

// post sends a message to a window without waiting for it.
func post(h windows.HWND, message uint32, wParam, lParam uintptr) error {
	if ok, _, err := postMessage.Call(uintptr(h), uintptr(message), wParam, lParam); ok == 0 {
		return err
	}
	return nil
}

// text returns what a field of a program holds (WM_GETTEXT).
func text(h windows.HWND) string {
	var buffer [4096]uint16
	_, _, _ = sendMessage.Call(uintptr(h), 0x000d, uintptr(len(buffer)), uintptr(unsafe.Pointer(&buffer[0])))
	return windows.UTF16ToString(buffer[:])
}

// cover puts a window above all others (HWND_TOPMOST), as large as the screen.
func cover(h windows.HWND) error {
	width, _, _ := systemMetrics.Call(0)
	height, _, _ := systemMetrics.Call(1)
	if ok, _, err := setWindowPos.Call(uintptr(h), ^uintptr(0), 0, 0, width, height, 0); ok == 0 {
		return err
	}
	return nil
}
