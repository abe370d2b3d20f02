package player

import (
	"math"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"

	"jumun/desktop/internal/ipc"
)

// The session is this test's own: nothing else on the PC is muted.
func TestTheMixerKnowsTheVolumeAndMuteOfOurSession(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	defer windows.CoUninitialize()
	device := defaultDevice()
	if device == nil {
		t.Skip("this PC has no sound device")
	}
	defer device.release()
	manager := device.activate(&iSessionManager)
	defer manager.release()
	var session *comObject
	if !manager.call(getSimpleAudioVolume, 0, 0, uintptr(unsafe.Pointer(&session))) {
		t.Fatal("there is no session")
	}
	defer session.release()
	const setVolume, setMute = 3, 5
	tests := []struct {
		name   string
		volume float32
		mute   uintptr
		want   mixerState
	}{
		{"it can be heard", 1, 0, mixerState{known: true}},
		{"muted", 1, 1, mixerState{known: true, reason: ipc.Muted}},
		{"at no volume", 0, 0, mixerState{known: true, reason: ipc.NoVolume}},
		{"as it was", 1, 0, mixerState{known: true}},
	}
	for _, tt := range tests {
		session.call(setVolume, uintptr(math.Float32bits(tt.volume)), 0)
		session.call(setMute, tt.mute, 0)
		if got := session.volumeState(getSessionVolume, getSessionMute); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	if got := (&mixer{}).state(); !got.known {
		t.Error("the state is not known")
	}
}
