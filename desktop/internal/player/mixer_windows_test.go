package player

import (
	"slices"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"

	"jumun/desktop/internal/ipc"
)

// onDevice calls f with the default device and its ID.
func onDevice(t *testing.T, f func(device *comObject, id string)) {
	t.Helper()
	err := withDevice("", func(device *comObject) error {
		f(device, device.id())
		return nil
	})
	if err != nil {
		t.Skip("this PC has no sound device")
	}
}

// ownSession is the volume of a session that only these tests have: nothing else on the PC is muted, and wine finds no
// session again that has no name.
func ownSession() volume {
	name := windows.GUID{Data1: 0x6a756d75}
	v := sessionVolume
	v.open = func(d *comObject) *comObject { return d.session(&name) }
	return v
}

// sessionOn returns the control of that session on a device.
func sessionOn(t *testing.T, id string) (c control) {
	t.Helper()
	err := withDevice(id, func(device *comObject) error {
		c, _ = device.control(id, ownSession())
		return nil
	})
	if err != nil || c.set == nil {
		t.Fatal("there is no session: ", err)
	}
	return c
}

func TestTheMixerKnowsTheVolumeAndMuteOfASession(t *testing.T) {
	tests := []struct {
		name  string
		level float64
		muted bool
		want  mixerState
	}{
		{"it can be heard", 1, false, mixerState{known: true}},
		{"muted", 1, true, mixerState{true, ipc.ProgramMuted}},
		{"at no volume", 0, false, mixerState{true, ipc.ProgramMuted}},
		{"low", 0.1, false, mixerState{true, ipc.Quiet}},
		{"as it was", 1, false, mixerState{known: true}},
	}
	onDevice(t, func(_ *comObject, id string) {
		for _, tt := range tests {
			if err := sessionOn(t, id).set(tt.level, tt.muted); err != nil {
				t.Fatal(err)
			}
			if c := sessionOn(t, id); stateOf([]control{pcAt(1), c}) != tt.want {
				t.Errorf("%s: %+v, want %+v", tt.name, c, tt.want)
			}
		}
	})
	if controls, _ := (&mixer{}).controls(); len(controls) != 2 {
		t.Errorf("%+v", controls)
	}
}

func TestAnAlarmRaisesASessionAndPutsItBack(t *testing.T) {
	onDevice(t, func(_ *comObject, id string) {
		if err := sessionOn(t, id).set(0.1, true); err != nil {
			t.Fatal(err)
		}
		r := newRaise(&ipc.Play{Raise: true})
		r.apply([]control{sessionOn(t, id)})
		if c := sessionOn(t, id); c.muted || c.level < raisedLevel-0.01 {
			t.Errorf("raised: %+v", c)
		}
		r.restore()
		if c := sessionOn(t, id); !c.muted || c.level > 0.11 {
			t.Errorf("put back: %+v", c)
		}
	})
}

// endpoints returns the IDs of the devices of this PC.
func endpoints(t *testing.T) (ids []string) {
	t.Helper()
	devices := newEnumerator()
	if devices == nil {
		t.Fatal("Windows does not list its devices")
	}
	defer devices.release()
	var list *comObject
	const enumAudioEndpoints, render, active, getCount, item = 3, 0, 1, 3, 4
	if !devices.call(enumAudioEndpoints, render, active, uintptr(unsafe.Pointer(&list))) {
		t.Fatal("Windows does not list its devices")
	}
	defer list.release()
	var n uint32
	list.call(getCount, uintptr(unsafe.Pointer(&n)))
	for i := range uintptr(n) {
		var device *comObject
		if list.call(item, i, uintptr(unsafe.Pointer(&device))) {
			ids = append(ids, device.id())
			device.release()
		}
	}
	return ids
}

// A person may plug in headphones while an alarm rings: then another device is the default one.
func TestAVolumeIsPutBackOnItsOwnDeviceThoughAnotherOneIsTheDefault(t *testing.T) {
	onDevice(t, func(_ *comObject, id string) {
		all := endpoints(t)
		at := slices.IndexFunc(all, func(other string) bool { return other != id })
		if at < 0 {
			t.Skip("this PC has one sound device")
		}
		ours, other := sessionOn(t, id), sessionOn(t, all[at])
		if ours.name() == other.name() {
			t.Errorf("both devices have the control %q", ours.name())
		}
		if err := other.set(0.3, false); err != nil {
			t.Fatal(err)
		}
		if c := sessionOn(t, all[at]); c.level < 0.29 || c.level > 0.31 {
			t.Errorf("the other device: %+v", c)
		}
		if c := sessionOn(t, id); c.level != ours.level {
			t.Errorf("the default device: %+v, was %+v", c, ours)
		}
	})
}
