package player

import (
	"fmt"
	"hash/fnv"
	"math"
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
	_ = withDevice("", func(device *comObject) error {
		id := device.id()
		for _, v := range []volume{endpointVolume, sessionVolume} {
			if c, ok := device.control(id, v); ok {
				controls = append(controls, c)
			}
		}
		return nil
	})
	return controls, ""
}

// The index of a function in the table of its interface.
const getSimpleAudioVolume = 4 // of IAudioSessionManager

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
	sessionVolume = volume{"session", true, func(d *comObject) *comObject { return d.session(nil) }, 3, 4, 5, 6}
)

// control returns the control of a volume, and whether the device has it. Both the volume of a device and that of a
// session belong to the device with that ID, which may no longer be the default one when they are put back.
func (device *comObject) control(id string, v volume) (control, bool) {
	o := v.open(device)
	if o == nil {
		return control{}, false
	}
	defer o.release()
	level, muted, ok := o.get(v)
	set := func(level float64, muted bool) error {
		return withDevice(id, func(device *comObject) error {
			o := v.open(device)
			if o == nil {
				return errNoDevice
			}
			defer o.release()
			return o.set(v, level, muted)
		})
	}
	return control{id: v.idOn(id), program: v.program, level: level, muted: muted, set: set,
		restore: func() error { return set(level, muted) }}, ok
}

// idOn returns the identity of the volume on the device with an ID. A session has another volume on each device, and
// the name of a program's control is its kind alone.
func (v volume) idOn(id string) controlID {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id))
	return controlID{fmt.Sprintf("%s %x", v.kind, hash.Sum32()), 0}
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

// session returns the volume of a session of this program on a device, or nil. Without a name it is the session in which
// our sound plays.
func (device *comObject) session(name *windows.GUID) *comObject {
	manager := device.activate(&iSessionManager)
	if manager == nil {
		return nil
	}
	defer manager.release()
	var session *comObject
	if !manager.call(getSimpleAudioVolume, uintptr(unsafe.Pointer(name)), 0, uintptr(unsafe.Pointer(&session))) {
		return nil
	}
	return session
}

var (
	iEndpointVolume = windows.GUID{Data1: 0x5CDF2C82, Data2: 0x841E, Data3: 0x4546, Data4: [8]byte{0x97, 0x22, 0x0C, 0xF7, 0x40, 0x78, 0x22, 0x9A}}
	iSessionManager = windows.GUID{Data1: 0xBFA971F1, Data2: 0x4D5E, Data3: 0x40BB, Data4: [8]byte{0x93, 0x5E, 0x96, 0x70, 0x39, 0xBF, 0xBE, 0xE4}}
)
