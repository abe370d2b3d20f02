package player

import (
	"errors"
	"math"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A mixer asks Windows about the device that it plays on by default, and about the session
// of this program in its volume mixer (Core Audio: mmdeviceapi.h, endpointvolume.h,
// audiosessiontypes.h).
type mixer struct{}

func (*mixer) close() {}

// controls looks for the default device each time, because it may change.
func (*mixer) controls() (controls []control, fault string) {
	_ = withDevice(func(device *comObject) error {
		for _, v := range []volume{endpointVolume, sessionVolume} {
			if c, ok := device.control(v); ok {
				controls = append(controls, c)
			}
		}
		return nil
	})
	return controls, ""
}

var errNoDevice = errors.New("Windows does not give its sound device")

// withDevice calls f with the device that plays sounds by default.
func withDevice(f func(*comObject) error) error {
	runtime.LockOSThread() // COM is initialised for a thread
	defer runtime.UnlockOSThread()
	err := windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	if err != nil && !errors.Is(err, syscall.Errno(windows.S_FALSE)) { // S_FALSE: it was initialised already
		return err
	}
	defer windows.CoUninitialize()
	device := defaultDevice()
	if device == nil {
		return errNoDevice
	}
	defer device.release()
	return f(device)
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
	activate             = 3 // of IMMDevice
	getSimpleAudioVolume = 4 // of IAudioSessionManager
)

// A volume is an interface with a volume and a mute.
type volume struct {
	kind                                 string
	program                              bool
	open                                 func(device *comObject) *comObject
	setLevel, getLevel, setMute, getMute int // indexes of functions
}

var (
	// IAudioEndpointVolume, by its scale of 0 to 1 that the slider shows.
	endpointVolume = volume{"device", false, func(d *comObject) *comObject { return d.activate(&iEndpointVolume) }, 7, 9, 14, 15}
	// ISimpleAudioVolume
	sessionVolume = volume{"session", true, (*comObject).session, 3, 4, 5, 6}
)

// control returns the control of a volume, and whether the device has it.
func (device *comObject) control(v volume) (control, bool) {
	o := v.open(device)
	if o == nil {
		return control{}, false
	}
	defer o.release()
	level, muted, ok := o.get(v)
	set := func(level float64, muted bool) error {
		return withDevice(func(device *comObject) error {
			o := v.open(device)
			if o == nil {
				return errNoDevice
			}
			defer o.release()
			return o.set(v, level, muted)
		})
	}
	return control{id: controlID{v.kind, 0}, program: v.program, level: level, muted: muted, set: set,
		restore: func() error { return set(level, muted) }}, ok
}

func (o *comObject) get(v volume) (level float64, muted, ok bool) {
	var scalar float32
	var mute int32
	ok = o.call(v.getLevel, uintptr(unsafe.Pointer(&scalar))) && o.call(v.getMute, uintptr(unsafe.Pointer(&mute)))
	return float64(scalar), mute != 0, ok
}

func (o *comObject) set(v volume, level float64, muted bool) error {
	var mute uintptr
	if muted {
		mute = 1
	}
	if !o.callWithLevel(v.setLevel, float32(min(level, 1))) || !o.call(v.setMute, mute, 0) {
		return errNoDevice
	}
	return nil
}

// callWithLevel calls a function that takes a float32 and no context: it is passed in a register
// for floats, into which Go copies it on amd64 (syscall, "Call").
func (o *comObject) callWithLevel(index int, level float32) bool {
	return o.call(index, uintptr(math.Float32bits(level)), 0)
}

// session returns the volume of this program's session on a device, or nil.
func (device *comObject) session() *comObject {
	manager := device.activate(&iSessionManager)
	if manager == nil {
		return nil
	}
	defer manager.release()
	var session *comObject
	if !manager.call(getSimpleAudioVolume, 0, 0, uintptr(unsafe.Pointer(&session))) {
		return nil
	}
	return session
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

var (
	deviceEnumerator  = windows.GUID{Data1: 0xBCDE0395, Data2: 0xE52F, Data3: 0x467C, Data4: [8]byte{0x8E, 0x3D, 0xC4, 0x57, 0x92, 0x91, 0x69, 0x2E}}
	iDeviceEnumerator = windows.GUID{Data1: 0xA95664D2, Data2: 0x9614, Data3: 0x4F35, Data4: [8]byte{0xA7, 0x46, 0xDE, 0x8D, 0xB6, 0x36, 0x17, 0xE6}}
	iEndpointVolume   = windows.GUID{Data1: 0x5CDF2C82, Data2: 0x841E, Data3: 0x4546, Data4: [8]byte{0x97, 0x22, 0x0C, 0xF7, 0x40, 0x78, 0x22, 0x9A}}
	iSessionManager   = windows.GUID{Data1: 0xBFA971F1, Data2: 0x4D5E, Data3: 0x40BB, Data4: [8]byte{0x93, 0x5E, 0x96, 0x70, 0x39, 0xBF, 0xBE, 0xE4}}
)
