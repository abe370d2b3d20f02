//go:build windows

package taskbar

import (
	"runtime"
	"sync"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"
)

// An Icon is jumun's place in the notification area. All methods but Run are safe for concurrent use
// and never wait for the system.
type Icon struct {
	Menu

	// Sleep is called before this PC falls asleep, which waits for it for two seconds, and Wake when it is awake
	// again, on Run's thread. Both are required, and must not be changed once Run was called.
	Sleep, Wake func()

	mu      sync.Mutex
	picture []byte // an .ico
	tooltip string
	title   string // of the notification; "": there is none
	text    string
	window  windows.HWND // 0 while Run does not run
	ended   bool

	// Only Run's thread uses these.
	shown  bool // Windows has the icon
	handle windows.Handle
}

// The messages of our window.
const (
	wmChanged = wmApp + iota // picture or tooltip
	wmNotice                 // title or text
	wmIcon                   // something happened to the icon
	wmEnd
)

// retryInterval is how often Windows is asked for a place while it has none: at login the task bar
// may come minutes after us.
const retryInterval = 1000 // milliseconds

// Run shows the icon until End. An error means that Windows gives no window; then there is no icon.
func (i *Icon) Run() error {
	runtime.LockOSThread() // the messages of a window come to its thread
	defer runtime.UnlockOSThread()
	window, err := openWindow(i.handleMessage)
	if err != nil {
		return err
	}
	defer destroyWindow(window)
	if !i.start(window) {
		return nil
	}
	setTimer.Call(uintptr(window), 1, retryInterval, 0)
	i.show(window)
	runMessages()
	i.remove(window)
	return nil
}

func (i *Icon) start(window windows.HWND) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.window = window
	return !i.ended
}

// Show changes the picture, which is an .ico, and the tooltip. No picture keeps the one before.
func (i *Icon) Show(picture []byte, tooltip string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.tooltip = tooltip; len(picture) > 0 {
		i.picture = picture
	}
	i.post(wmChanged)
}

// Notify shows a notification in place of the one before; no title removes it. Windows may keep it from
// the screen, for example while a program fills the screen. A click on it opens the menu.
func (i *Icon) Notify(title, text string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.title, i.text = title, text
	i.post(wmNotice)
}

// End makes Run return.
func (i *Icon) End() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.ended = true
	i.post(wmEnd)
}

func (i *Icon) post(message uint32) {
	if i.window != 0 {
		postMessage.Call(uintptr(i.window), uintptr(message), 0, 0)
	}
}

// handleMessage handles a message, and reports whether it was one of ours. A request to close, as
// taskkill sends it, is not obeyed: the icon would be gone, and the alarm would go on.
func (i *Icon) handleMessage(window windows.HWND, message uint32, wParam, lParam uintptr) bool {
	switch message {
	case wmChanged:
		i.show(window)
	case wmNotice:
		i.showNotice(window)
	case wmTimer:
		if !i.shown {
			i.show(window)
		}
	case taskbarCreated(): // Explorer was started again: the icons of before are gone
		i.shown = false
		i.show(window)
	case wmIcon:
		switch lParam & 0xffff {
		case ninSelect, ninKeySelect, wmContextMenu:
			i.Menu.open(window, int32(int16(wParam)), int32(int16(wParam>>16)))
		case ninBalloonClick:
			x, y := pointer()
			i.Menu.open(window, x, y)
		}
	case wmPowerBroadcast:
		switch wParam {
		case pbtSuspend:
			i.Sleep()
		case pbtResumeAutomatic: // it comes after each sleep, whoever has ended it
			i.Wake()
		}
		return false // Windows knows the answer
	case wmEnd:
		postQuitMessage.Call(0)
	case wmClose:
	default:
		return false
	}
	return true
}

// show tells Windows the picture and the tooltip. Where Windows has no task bar, or no time for us,
// the timer tries it again.
func (i *Icon) show(window windows.HWND) {
	i.mu.Lock()
	picture, tooltip := i.picture, i.tooltip
	i.mu.Unlock()
	if len(picture) == 0 {
		return // not painted yet
	}
	before := i.handle
	i.handle = loadIcon(picture)
	defer destroyIcon(before)
	data := newNotifyData(window)
	data.Flags = nifMessage | nifIcon | nifTip | nifShowTip
	data.CallbackMessage, data.Icon = wmIcon, i.handle
	fill(data.Tip[:], tooltip)
	if i.shown = i.shown && notify(nimModify, data); i.shown {
		return
	}
	// It may be there though we were told that it is not: the call can time out and succeed later.
	if i.shown = notify(nimAdd, data) || notify(nimModify, data); i.shown {
		data.Version = notifyVersion
		notify(nimSetVersion, data)
		i.showNotice(window)
	}
}

// showNotice tells Windows the notification. Without an icon it waits for one.
func (i *Icon) showNotice(window windows.HWND) {
	i.mu.Lock()
	title, text := i.title, i.text
	i.mu.Unlock()
	data := newNotifyData(window)
	data.Flags, data.InfoFlags = nifInfo, niifWarning|niifNoSound // the alarm has a sound of its own
	fill(data.InfoTitle[:], title)
	fill(data.Info[:], text)
	if i.shown {
		notify(nimModify, data)
	}
}

// fill writes text into a field of Windows, as much as there is room for before the zero at its end.
func fill(field []uint16, text string) {
	wide := utf16.Encode([]rune(text))
	if len(wide) > len(field)-1 {
		wide = append(wide[:len(field)-2], '…')
	}
	copy(field, wide)
}

func (i *Icon) remove(window windows.HWND) {
	notify(nimDelete, newNotifyData(window))
	destroyIcon(i.handle)
	i.handle = 0
}

func newNotifyData(window windows.HWND) *notifyData {
	data := &notifyData{Window: window, ID: 1}
	data.Size = uint32(unsafe.Sizeof(*data))
	return data
}

func notify(message uintptr, data *notifyData) bool {
	ok, _, _ := shellNotifyIcon.Call(message, uintptr(unsafe.Pointer(data)))
	return ok != 0
}
