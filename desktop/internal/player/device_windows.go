package player

import (
	"errors"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

var errNoDevice = errors.New("no sound device of Windows can be had")

// withDevice calls f with the device that has an ID; "" is the one that plays sounds by default.
func withDevice(id string, f func(*comObject) error) error {
	runtime.LockOSThread() // COM is initialised for a thread
	defer runtime.UnlockOSThread()
	err := windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	if err != nil && !errors.Is(err, syscall.Errno(windows.S_FALSE)) { // S_FALSE: it was initialised already
		return err
	}
	defer windows.CoUninitialize()
	device := findEndpoint(id)
	if device == nil {
		return errNoDevice
	}
	defer device.release()
	return f(device)
}

// findEndpoint returns the device that has an ID, or that plays sounds by default; nil if there is none.
func findEndpoint(id string) (device *comObject) {
	devices := newEnumerator()
	if devices == nil {
		return nil
	}
	defer devices.release()
	const getDefaultAudioEndpoint, getDevice, render, console = 4, 5, 0, 0
	if id == "" {
		devices.call(getDefaultAudioEndpoint, render, console, uintptr(unsafe.Pointer(&device)))
		return device // nil if the call has failed
	}
	name, err := windows.UTF16PtrFromString(id)
	if err == nil {
		devices.call(getDevice, uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&device)))
	}
	return device
}

// newEnumerator returns what knows the devices, or nil.
func newEnumerator() (devices *comObject) {
	create := windows.NewLazySystemDLL("ole32.dll").NewProc("CoCreateInstance")
	if create.Find() != nil {
		return nil
	}
	const inProcess = 1
	create.Call(uintptr(unsafe.Pointer(&deviceEnumerator)), 0, inProcess,
		uintptr(unsafe.Pointer(&iDeviceEnumerator)), uintptr(unsafe.Pointer(&devices)))
	return devices // nil if the call has failed
}

// id returns what names a device, also after it was unplugged.
func (device *comObject) id() string {
	const getID = 5
	var name *uint16
	if !device.call(getID, uintptr(unsafe.Pointer(&name))) {
		return ""
	}
	defer windows.CoTaskMemFree(unsafe.Pointer(name))
	return windows.UTF16PtrToString(name)
}

// activate returns an interface of a device, or nil if the device does not have it.
func (device *comObject) activate(id *windows.GUID) *comObject {
	const activate, anyContext = 3, 0x17
	var object *comObject
	if !device.call(activate, uintptr(unsafe.Pointer(id)), anyContext, 0, uintptr(unsafe.Pointer(&object))) {
		return nil
	}
	return object
}

var (
	deviceEnumerator  = windows.GUID{Data1: 0xBCDE0395, Data2: 0xE52F, Data3: 0x467C, Data4: [8]byte{0x8E, 0x3D, 0xC4, 0x57, 0x92, 0x91, 0x69, 0x2E}}
	iDeviceEnumerator = windows.GUID{Data1: 0xA95664D2, Data2: 0x9614, Data3: 0x4F35, Data4: [8]byte{0xA7, 0x46, 0xDE, 0x8D, 0xB6, 0x36, 0x17, 0xE6}}
)
