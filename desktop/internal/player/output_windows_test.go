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
func TestWindowsTellsOfOurPlaceInItsMixer(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = windows.CoInitializeEx(0, windows.COINIT_MULTITHREADED)
	defer windows.CoUninitialize()
	device := defaultDevice()
	if device == nil {
		t.Skip("this PC has no sound device")
	}
	defer device.release()
	manager := device.part(&iSessionManager)
	defer manager.release()
	var session *object
	if !manager.call(getSimpleAudioVolume, 0, 0, uintptr(unsafe.Pointer(&session))) {
		t.Fatal("there is no session")
	}
	defer session.release()
	const setVolume, setMute = 3, 5
	tests := []struct {
		name   string
		volume float32
		mute   uintptr
		want   output
	}{
		{"it can be heard", 1, 0, output{told: true}},
		{"muted", 1, 1, output{told: true, reason: ipc.Muted}},
		{"at no volume", 0, 0, output{told: true, reason: ipc.NoVolume}},
		{"as it was", 1, 0, output{told: true}},
	}
	for _, tt := range tests {
		session.call(setVolume, uintptr(math.Float32bits(tt.volume)), 0)
		session.call(setMute, tt.mute, 0)
		if got := session.volume(getSessionVolume, getSessionMute); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
	if got := (&mixer{}).ask(); !got.told {
		t.Error("the whole is not told")
	}
}
