package player

import (
	"errors"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"jumun/desktop/internal/ipc"
)

// A mixer asks Windows about the output that it plays on by default, and about our place
// in its volume mixer (Core Audio: mmdeviceapi.h, endpointvolume.h, audiosessiontypes.h).
type mixer struct{}

func (*mixer) close() {}

// ask has nothing to keep between two questions: the default output may change.
func (*mixer) ask() output {
	runtime.LockOSThread() // COM is made ready for a thread
	defer runtime.UnlockOSThread()
	err := windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	if err != nil && !errors.Is(err, syscall.Errno(windows.S_FALSE)) { // S_FALSE: it was ready
		return output{}
	}
	defer windows.CoUninitialize()
	device := defaultDevice()
	if device == nil {
		return output{}
	}
	defer device.release()
	return device.output()
}

// defaultDevice is what sounds without a wish of their own are played on, nil if none.
func defaultDevice() *object {
	create := windows.NewLazySystemDLL("ole32.dll").NewProc("CoCreateInstance")
	if create.Find() != nil {
		return nil
	}
	var devices, device *object
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

// The places of what is asked in the tables of their interfaces.
const (
	activate                   = 3 // of IMMDevice
	getMasterVolumeLevelScalar = 9 // of IAudioEndpointVolume
	getMute                    = 15
	getSimpleAudioVolume       = 4 // of IAudioSessionManager
	getSessionVolume           = 4 // of ISimpleAudioVolume
	getSessionMute             = 6
)

// output puts together what the device says of itself and of our place in its mixer.
func (device *object) output() output {
	var whole output
	if endpoint := device.part(&iEndpointVolume); endpoint != nil {
		whole = endpoint.volume(getMasterVolumeLevelScalar, getMute)
		endpoint.release()
	}
	if ours := device.session(); whole.reason == "" && ours.told {
		return ours
	}
	return whole
}

// session is our place in the mixer of a device: of the sounds of this program.
func (device *object) session() output {
	manager := device.part(&iSessionManager)
	if manager == nil {
		return output{}
	}
	defer manager.release()
	var session *object
	if !manager.call(getSimpleAudioVolume, 0, 0, uintptr(unsafe.Pointer(&session))) || session == nil {
		return output{}
	}
	defer session.release()
	return session.volume(getSessionVolume, getSessionMute)
}

// part is one of the interfaces of a device, nil if it has none such.
func (device *object) part(id *windows.GUID) *object {
	const anyContext = 0x17
	var part *object
	if !device.call(activate, uintptr(unsafe.Pointer(id)), anyContext, 0, uintptr(unsafe.Pointer(&part))) {
		return nil
	}
	return part
}

// volume asks o by the places of its two questions. Without an answer it is not told.
func (o *object) volume(getVolume, getMute int) output {
	var level float32
	var muted int32
	if !o.call(getVolume, uintptr(unsafe.Pointer(&level))) || !o.call(getMute, uintptr(unsafe.Pointer(&muted))) {
		return output{}
	}
	switch {
	case muted != 0:
		return output{told: true, reason: ipc.Muted}
	case level == 0:
		return output{told: true, reason: ipc.NoVolume}
	}
	return output{told: true}
}

var (
	deviceEnumerator  = windows.GUID{Data1: 0xBCDE0395, Data2: 0xE52F, Data3: 0x467C, Data4: [8]byte{0x8E, 0x3D, 0xC4, 0x57, 0x92, 0x91, 0x69, 0x2E}}
	iDeviceEnumerator = windows.GUID{Data1: 0xA95664D2, Data2: 0x9614, Data3: 0x4F35, Data4: [8]byte{0xA7, 0x46, 0xDE, 0x8D, 0xB6, 0x36, 0x17, 0xE6}}
	iEndpointVolume   = windows.GUID{Data1: 0x5CDF2C82, Data2: 0x841E, Data3: 0x4546, Data4: [8]byte{0x97, 0x22, 0x0C, 0xF7, 0x40, 0x78, 0x22, 0x9A}}
	iSessionManager   = windows.GUID{Data1: 0xBFA971F1, Data2: 0x4D5E, Data3: 0x40BB, Data4: [8]byte{0x93, 0x5E, 0x96, 0x70, 0x39, 0xBF, 0xBE, 0xE4}}
)
