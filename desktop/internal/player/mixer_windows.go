package player

import (
	"errors"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"jumun/desktop/internal/ipc"
)

// A mixer asks Windows about the device that it plays on by default, and about the session
// of this program in its volume mixer (Core Audio: mmdeviceapi.h, endpointvolume.h,
// audiosessiontypes.h).
type mixer struct{}

func (*mixer) close() {}

// state looks for the default device each time, because it may change.
func (*mixer) state() mixerState {
	runtime.LockOSThread() // COM is initialised for a thread
	defer runtime.UnlockOSThread()
	err := windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	if err != nil && !errors.Is(err, syscall.Errno(windows.S_FALSE)) { // S_FALSE: it was initialised already
		return mixerState{}
	}
	defer windows.CoUninitialize()
	device := defaultDevice()
	if device == nil {
		return mixerState{}
	}
	defer device.release()
	return device.state()
}

// defaultDevice returns the device that plays sounds by default, or nil if there is none.
func defaultDevice() *comObject {
	create := windows.NewLazySystemDLL("ole32.dll").NewProc("CoCreateInstance")
	if create.Find() != nil {
		return nil
	}
	var devices, device *comObject
	const inProcess = 1
	hr, _, _ := create.Call(uintptr(unsafe.Pointer(&deviceEnumerator)), 0, inProcess,
		uintptr(unsafe.Pointer(&iDeviceEnumerator)), uintptr(unsafe.Pointer(&devices)))
	if hr != 0 || devices == nil {
		return nil
	}
	defer devices.release()
	const getDefaultAudioEndpoint, render, console = 4, 0, 0
	if !devices.call(getDefaultAudioEndpoint, render, console, uintptr(unsafe.Pointer(&device))) {
		return nil
	}
	return device
}

// The indexes of the functions in the tables of their interfaces.
const (
	activate                   = 3 // of IMMDevice
	getMasterVolumeLevelScalar = 9 // of IAudioEndpointVolume
	getMute                    = 15
	getSimpleAudioVolume       = 4 // of IAudioSessionManager
	getSessionVolume           = 4 // of ISimpleAudioVolume
	getSessionMute             = 6
)

// state combines the state of the device and of this program's session on it.
func (device *comObject) state() mixerState {
	var master mixerState
	if endpoint := device.activate(&iEndpointVolume); endpoint != nil {
		master = endpoint.volumeState(getMasterVolumeLevelScalar, getMute)
		endpoint.release()
	}
	if session := device.sessionState(); master.reason == "" && session.known {
		return session
	}
	return master
}

// sessionState returns the state of this program's session on a device.
func (device *comObject) sessionState() mixerState {
	manager := device.activate(&iSessionManager)
	if manager == nil {
		return mixerState{}
	}
	defer manager.release()
	var session *comObject
	if !manager.call(getSimpleAudioVolume, 0, 0, uintptr(unsafe.Pointer(&session))) || session == nil {
		return mixerState{}
	}
	defer session.release()
	return session.volumeState(getSessionVolume, getSessionMute)
}

// activate returns an interface of a device, or nil if the device does not have it.
func (device *comObject) activate(id *windows.GUID) *comObject {
	const anyContext = 0x17
	var object *comObject
	if !device.call(activate, uintptr(unsafe.Pointer(id)), anyContext, 0, uintptr(unsafe.Pointer(&object))) {
		return nil
	}
	return object
}

// volumeState asks o for its volume and mute, by the indexes of the two functions.
func (o *comObject) volumeState(getVolume, getMute int) mixerState {
	var level float32
	var muted int32
	if !o.call(getVolume, uintptr(unsafe.Pointer(&level))) || !o.call(getMute, uintptr(unsafe.Pointer(&muted))) {
		return mixerState{}
	}
	switch {
	case muted != 0:
		return mixerState{known: true, reason: ipc.Muted}
	case level == 0:
		return mixerState{known: true, reason: ipc.NoVolume}
	}
	return mixerState{known: true}
}

var (
	deviceEnumerator  = windows.GUID{Data1: 0xBCDE0395, Data2: 0xE52F, Data3: 0x467C, Data4: [8]byte{0x8E, 0x3D, 0xC4, 0x57, 0x92, 0x91, 0x69, 0x2E}}
	iDeviceEnumerator = windows.GUID{Data1: 0xA95664D2, Data2: 0x9614, Data3: 0x4F35, Data4: [8]byte{0xA7, 0x46, 0xDE, 0x8D, 0xB6, 0x36, 0x17, 0xE6}}
	iEndpointVolume   = windows.GUID{Data1: 0x5CDF2C82, Data2: 0x841E, Data3: 0x4546, Data4: [8]byte{0x97, 0x22, 0x0C, 0xF7, 0x40, 0x78, 0x22, 0x9A}}
	iSessionManager   = windows.GUID{Data1: 0xBFA971F1, Data2: 0x4D5E, Data3: 0x40BB, Data4: [8]byte{0x93, 0x5E, 0x96, 0x70, 0x39, 0xBF, 0xBE, 0xE4}}
)
