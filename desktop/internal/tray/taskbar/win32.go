//go:build windows

package taskbar

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32  = windows.NewLazySystemDLL("user32.dll")
	shell32 = windows.NewLazySystemDLL("shell32.dll")

	shellNotifyIcon       = shell32.NewProc("Shell_NotifyIconW")
	appendMenu            = user32.NewProc("AppendMenuW")
	createIcon            = user32.NewProc("CreateIconFromResourceEx")
	createPopupMenu       = user32.NewProc("CreatePopupMenu")
	createWindow          = user32.NewProc("CreateWindowExW")
	defWindowProc         = user32.NewProc("DefWindowProcW")
	destroyIconProc       = user32.NewProc("DestroyIcon")
	destroyMenu           = user32.NewProc("DestroyMenu")
	destroyWindowProc     = user32.NewProc("DestroyWindow")
	dispatchMessage       = user32.NewProc("DispatchMessageW")
	getCursorPos          = user32.NewProc("GetCursorPos")
	getMessage            = user32.NewProc("GetMessageW")
	getSystemMetrics      = user32.NewProc("GetSystemMetrics")
	postMessage           = user32.NewProc("PostMessageW")
	postQuitMessage       = user32.NewProc("PostQuitMessage")
	registerClass         = user32.NewProc("RegisterClassExW")
	registerWindowMessage = user32.NewProc("RegisterWindowMessageW")
	setForegroundWindow   = user32.NewProc("SetForegroundWindow")
	setTimer              = user32.NewProc("SetTimer")
	trackPopupMenu        = user32.NewProc("TrackPopupMenu")
	translateMessage      = user32.NewProc("TranslateMessage")
)

// The constants are of winuser.h and shellapi.h.
const (
	wmNull        = 0x0000
	wmClose       = 0x0010
	wmContextMenu = 0x007b
	wmTimer       = 0x0113
	wmUser        = 0x0400
	wmApp         = 0x8000

	wmPowerBroadcast   = 0x0218
	pbtSuspend         = 0x0004
	pbtResumeAutomatic = 0x0012

	ninSelect    = wmUser
	ninKeySelect = wmUser + 1

	ninBalloonClick = wmUser + 5
	nimAdd          = 0
	nimModify       = 1
	nimDelete       = 2
	nimSetVersion   = 4
	nifMessage      = 0x01
	nifIcon         = 0x02
	nifTip          = 0x04
	nifInfo         = 0x10
	nifShowTip      = 0x80
	niifWarning     = 0x02
	niifNoSound     = 0x10
	notifyVersion   = 4

	mfString    = 0x000
	mfGrayed    = 0x001
	mfPopup     = 0x010
	mfSeparator = 0x800

	tpmRightButton = 0x002
	tpmNoNotify    = 0x080
	tpmReturnCmd   = 0x100

	smCXSmIcon = 49
)

// A notifyData is a NOTIFYICONDATAW.
type notifyData struct {
	Size                       uint32
	Window                     windows.HWND
	ID, Flags, CallbackMessage uint32
	Icon                       windows.Handle
	Tip                        [128]uint16
	State, StateMask           uint32
	Info                       [256]uint16
	Version                    uint32
	InfoTitle                  [64]uint16
	InfoFlags                  uint32
	GUID                       windows.GUID
	BalloonIcon                windows.Handle
}

// taskbarCreated returns the message that Explorer sends to all windows when it has a task bar.
var taskbarCreated = sync.OnceValue(func() uint32 {
	name, _ := windows.UTF16PtrFromString("TaskbarCreated") // it has no zero in it
	message, _, _ := registerWindowMessage.Call(uintptr(unsafe.Pointer(name)))
	return uint32(message)
})

type windowClass struct {
	Size, Style                        uint32
	Proc                               uintptr
	ClassExtra, WindowExtra            int32
	Instance, Icon, Cursor, Background windows.Handle
	MenuName, ClassName                *uint16
	SmallIcon                          windows.Handle
}

// openWindow opens a window that is never shown. Explorer's message reaches no other kind of hidden
// window than one of the top level. handle reports whether it has handled a message.
func openWindow(handle func(window windows.HWND, message uint32, wParam, lParam uintptr) bool) (windows.HWND, error) {
	name, err := windows.UTF16PtrFromString("jumun tray")
	if err != nil {
		return 0, err
	}
	class := windowClass{ClassName: name, Proc: windows.NewCallback(func(window windows.HWND, message uint32, wParam, lParam uintptr) uintptr {
		if handle(window, message, wParam, lParam) {
			return 0
		}
		result, _, _ := defWindowProc.Call(uintptr(window), uintptr(message), wParam, lParam)
		return result
	})}
	class.Size = uint32(unsafe.Sizeof(class))
	if ok, _, err := registerClass.Call(uintptr(unsafe.Pointer(&class))); ok == 0 {
		return 0, err
	}
	window, _, err := createWindow.Call(0, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, 0, 0, 0, 0)
	if window == 0 {
		return 0, err
	}
	return windows.HWND(window), nil
}

func destroyWindow(window windows.HWND) { destroyWindowProc.Call(uintptr(window)) }

func destroyIcon(icon windows.Handle) {
	if icon != 0 {
		destroyIconProc.Call(uintptr(icon))
	}
}

// pointer returns where the mouse points.
func pointer() (x, y int32) {
	var at struct{ x, y int32 }
	getCursorPos.Call(uintptr(unsafe.Pointer(&at)))
	return at.x, at.y
}

// runMessages handles the messages of this thread until one of them is the end.
func runMessages() {
	var message struct {
		window         windows.HWND
		message        uint32
		wParam, lParam uintptr
		time           uint32
		at             struct{ x, y int32 }
		private        uint32
	}
	for {
		// Each call converts the pointer anew: only then does the message lie where it does not move.
		if got, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&message)), 0, 0, 0); int32(got) <= 0 { // -1: the window is gone
			return
		}
		translateMessage.Call(uintptr(unsafe.Pointer(&message)))
		dispatchMessage.Call(uintptr(unsafe.Pointer(&message)))
	}
}
